"""Thousands of examples in CI; ``HYPOTHESIS_PROFILE=long`` gives the nights tens of thousands."""

import copy
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfwnb.engine.state import Change, Changes, Schema, Selector, SelectorIndex, Store, edits
from sfwnb.engine.state.normalizing import Normalizer
from sfwnb.engine.state.plain import same
from sfwnb.errors import SfwnbError, StateError

settings.register_profile("default", max_examples=300, deadline=None, database=None)
settings.register_profile("long", max_examples=20_000, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

PEOPLE = Schema(
    {
        "User": {
            "best": "User",
            "friends": ["User"],
            "home": {"to": "Place", "orphans": "delete"},
            "pets": {"to": ["Pet"], "orphans": "delete"},
        },
        "Place": {"id": ["street", "no"], "by": {"*": "User"}, "owner": "User"},
        "Pet": {"of": {"to": "User", "on_delete": "cascade"}},
    },
    name="people",
)
IDS = st.sampled_from(["a", "b", "c", "0", "x:y", "", "a.b", "*"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", "a", "é"]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
    ),
    max_leaves=5,
)
FIELDS = st.sampled_from(["n", "m", "o"])


def plain_fields():
    return st.dictionaries(FIELDS, VALUES, max_size=3)


def users(depth: int):
    def made(inner):
        return st.builds(
            lambda key, fields, relations: {"id": key, **fields, **relations},
            st.one_of(IDS, st.integers(0, 3)),
            plain_fields(),
            st.fixed_dictionaries(
                {},
                optional={
                    "best": st.one_of(st.none(), IDS, inner),
                    "friends": st.one_of(st.none(), st.lists(st.one_of(IDS, inner), max_size=3)),
                    "home": st.one_of(IDS, places(inner)),
                    "pets": st.lists(st.one_of(IDS, pets()), max_size=3),
                },
            ),
        )

    result = IDS
    for _ in range(depth):
        result = made(result)
    return result


def places(inner):
    return st.builds(
        lambda street, no, fields, by: {"street": street, "no": no, **fields, "by": by},
        IDS,
        st.integers(0, 2),
        plain_fields(),
        st.one_of(st.none(), st.dictionaries(st.sampled_from(["p", "q"]), inner, max_size=2)),
    )


def pets():
    return st.builds(lambda key, fields: {"id": key, **fields}, IDS, plain_fields())


PAYLOADS = st.lists(users(3), max_size=3)
STATES = PAYLOADS.map(lambda payload: PEOPLE.normalize(payload, kind="User"))
PATHS = st.one_of(
    FIELDS, st.sampled_from(["n.x", "n.0", "m.x.y", "friends", "best", "friends.0", "pets"])
)
KINDS = st.sampled_from(["User", "User", "User", "Pet"])
DATA = st.one_of(plain_fields(), users(1).map(lambda user: {k: user[k] for k in user if k != "id"}))
EDITS = st.one_of(
    st.builds(edits.Merge, KINDS, IDS, DATA, st.booleans()),
    st.builds(edits.Set, KINDS, IDS, PATHS, st.one_of(VALUES, IDS)),
    st.builds(edits.Replace, KINDS, IDS, DATA),
    st.builds(edits.Unset, KINDS, IDS, PATHS),
    st.builds(edits.Push, KINDS, IDS, PATHS, VALUES, IDS),
    st.builds(edits.Unshift, KINDS, IDS, PATHS, IDS),
    st.builds(edits.Splice, KINDS, IDS, PATHS, st.integers(-2, 3), st.integers(0, 2), IDS),
    st.builds(edits.Add, KINDS, IDS, PATHS, VALUES),
    st.builds(edits.Remove, KINDS, IDS, PATHS, IDS),
    st.builds(edits.Toggle, KINDS, IDS, FIELDS),
    st.builds(edits.Toggle, KINDS, IDS, PATHS, IDS),
    st.builds(edits.Delete, st.sampled_from(["User", "Pet", "Place"]), IDS),
    st.builds(edits.Reset, STATES),
)
BATCHES = st.lists(EDITS, max_size=6)


def fitting(store: Store, batch: list) -> list:
    """Those edits of a batch that the store takes one after the other."""
    kept = []
    for edit in batch:
        try:
            store.apply([edit])
        except SfwnbError:
            continue
        kept.append(edit)
    return kept


# ---- normalize


def reference(schema: Schema, payload: list, kind: str) -> dict:
    """Normalizing as it is meant, by recursion: document order, the later wins."""
    tables: dict = {}

    def take(kind: str, record: object) -> str:
        if not isinstance(record, dict):
            return str(record)
        key = schema.key(kind, record)
        table = tables.setdefault(kind, {})
        own = copy.deepcopy({k: v for k, v in record.items() if k not in schema.relations(kind)})
        fields = {**record, **own}
        table[key] = {**table.get(key, {}), **fields}
        for name, value in record.items():
            relation = schema.relations(kind).get(name)
            if relation is None or value is None:
                continue
            if relation.cardinality == "one":
                fields[name] = take(relation.target, value)
            elif relation.cardinality == "many":
                fields[name] = [take(relation.target, member) for member in value]
            else:
                fields[name] = {n: take(relation.target, member) for n, member in value.items()}
            if table[key].get(name) is value:
                table[key][name] = fields[name]
        return key

    for record in payload:
        take(kind, record)
    return {name: tables[name] for name in schema.kinds if name in tables}


@given(PAYLOADS)
def test_normalize_agrees_with_a_naive_reference_order_included(payload):
    before = copy.deepcopy(payload)
    expected = json.dumps(reference(PEOPLE, payload, "User"))
    for adopt in (False, True):
        state = PEOPLE.normalize(payload, kind="User", adopt=adopt)
        assert {k: list(t) for k, t in state.items()} == {
            k: list(t) for k, t in json.loads(expected).items()
        }
        assert same(state, json.loads(expected))
        assert same(payload, before)


@given(st.lists(users(1), max_size=4))
def test_the_quick_way_and_the_exact_way_agree(payload):
    exact = Normalizer(PEOPLE.by_name)
    exact.records(PEOPLE.kind("User"), payload)
    quick = PEOPLE.normalize(payload, kind="User")
    assert json.dumps(quick) == json.dumps(exact.found())


def trees(depth: int):
    numbers = iter(range(10**9))
    if depth == 0:
        return st.builds(lambda f: {"id": str(next(numbers)), **f}, plain_fields())
    inner = trees(depth - 1)
    return st.builds(
        lambda fields, relations: {"id": str(next(numbers)) + "t" * depth, **fields, **relations},
        plain_fields(),
        st.fixed_dictionaries(
            {},
            optional={"best": st.one_of(st.none(), inner), "friends": st.lists(inner, max_size=3)},
        ),
    )


@given(trees(3))
def test_a_tree_comes_back_as_it_was(tree):
    state = PEOPLE.normalize(tree, kind="User")
    if sum(map(len, state.values())) == count(tree):
        assert same(PEOPLE.denormalize(state, "User", tree["id"]), tree)


def count(tree: dict) -> int:
    children = [*([tree["best"]] if tree.get("best") else []), *tree.get("friends", [])]
    return 1 + sum(map(count, children))


@given(STATES)
def test_what_is_normalized_is_sound_but_for_references_to_nobody(state):
    problems = [p for p in PEOPLE.check(state) if "does not exist" not in p.text]
    assert problems == []


# ---- apply


@given(STATES, BATCHES)
def test_apply_and_then_the_inverse_is_identity_order_included(state, batch):
    batch = fitting(Store(PEOPLE, state), batch)
    store = Store(PEOPLE, state)
    before = json.dumps(store.state)
    changes = store.apply(batch)
    after = json.dumps(store.state)
    back = store.apply(changes.inverse())
    assert json.dumps(store.state) == before
    store.apply(back.inverse())
    assert json.dumps(store.state) == after


@given(STATES, st.lists(BATCHES, max_size=4))
def test_many_batches_are_undone_in_reverse(state, batches):
    batches = [fitting(Store(PEOPLE, state), batch) for batch in batches]
    store = Store(PEOPLE, state)
    before, done = json.dumps(store.state), []
    for batch in batches:
        try:
            done.append(store.apply(batch))
        except SfwnbError:
            continue
    for changes in reversed(done):
        store.apply(Changes.from_json(json.loads(json.dumps(changes.inverse().to_json()))))
    assert json.dumps(store.state) == before


@given(STATES, BATCHES)
def test_a_batch_equals_its_edits_one_by_one(state, batch):
    alone = Store(PEOPLE, state)
    batch = fitting(alone, batch)
    whole = Store(PEOPLE, state)
    changes = whole.apply(batch)
    assert same(whole.state, alone.state)
    steps, total = Store(PEOPLE, state), Changes()
    for edit in batch:
        total += steps.apply([edit])
    facts = {(c.kind, c.id, c.field): (c.before, c.after) for c in changes}
    assert same_facts({(c.kind, c.id, c.field): (c.before, c.after) for c in total}, facts)


def same_facts(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(
        same(list(value), list(other[key])) for key, value in one.items()
    )


@given(STATES, BATCHES)
def test_changes_say_exactly_what_differs(state, batch):
    batch = fitting(Store(PEOPLE, state), batch)
    store = Store(PEOPLE, state)
    before = {kind: dict(table) for kind, table in store.state.items()}
    changes = store.apply(batch)
    between = Changes.between(before, store.state)
    assert same_facts(
        {(c.kind, c.id, c.field): (c.before, c.after) for c in changes},
        {(c.kind, c.id, c.field): (c.before, c.after) for c in between},
    )
    again = Store(PEOPLE, before)
    again.apply(changes)
    assert same(again.state, store.state)
    touched = {(c.kind, c.id) for c in changes}
    for kind, table in store.state.items():
        for id, record in table.items():
            assert (kind, id) in touched or record is before[kind][id]


@given(STATES, BATCHES, EDITS)
def test_a_failing_batch_leaves_no_trace(state, batch, last):
    batch = fitting(Store(PEOPLE, state), batch)
    store, other = Store(PEOPLE, state), Store(PEOPLE, state)
    before = json.dumps(store.state)
    records = [record for table in store.state.values() for record in table.values()]
    with pytest.raises(StateError):
        store.apply([*batch, edits.Set("User", "a", "id", "other")])
    assert json.dumps(store.state) == before
    assert store.version == 0
    assert all(
        kept is record
        for kept, record in zip(
            (r for table in store.state.values() for r in table.values()), records, strict=True
        )
    )
    for edit in (last, edits.Delete("User", "b")):
        fitting(store, [edit])
        fitting(other, [edit])
    assert json.dumps(store.state) == json.dumps(other.state)


@given(STATES, STATES, st.sampled_from(["merge", "deep", "replace", "reset"]))
def test_bringing_entities_in_twice_equals_once(state, entities, strategy):
    store = Store(PEOPLE, state)
    store.apply(edits.from_entities(entities, strategy))
    after, version = json.dumps(store.state), store.version
    assert len(store.apply(edits.from_entities(entities, strategy))) == 0
    assert json.dumps(store.state) == after
    assert store.version == version


@given(STATES, BATCHES)
def test_no_input_is_changed_and_no_reader_sees_a_record_change(state, batch):
    batch = fitting(Store(PEOPLE, state), batch)
    given_state, given_batch = copy.deepcopy(state), copy.deepcopy(batch)
    store = Store(PEOPLE, state)
    readers = [(r, json.dumps(r)) for table in store.state.values() for r in table.values()]
    store.apply(batch)
    assert json.dumps(state) == json.dumps(given_state)
    assert batch == given_batch
    assert all(json.dumps(record) == text for record, text in readers)


@given(STATES, BATCHES)
def test_the_rules_leave_no_reference_to_a_deleted_entity(state, batch):
    batch = fitting(Store(PEOPLE, state), batch)
    store = Store(PEOPLE, state)
    for edit in batch:
        deleted = {(c.kind, c.id) for c in store.apply([edit]) if c.is_deletion}
        if isinstance(edit, edits.Reset):
            continue
        for problem in store.check():
            assert not any(f"refers to {kind} {id!r}," in problem.text for kind, id in deleted)


@given(EDITS)
def test_every_edit_survives_json(edit):
    assert edits.from_json(json.loads(json.dumps(edits.to_json(edit)))) == edit


# ---- selectors

NAMES = st.sampled_from(["a", "b", "x", "*", "a.b", "0", ":"])
SEGMENTS = st.one_of(st.just("*"), st.just("**"), NAMES.map(Selector.escape))
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=6).map(".".join)
NESTED = st.recursive(
    st.integers(0, 2),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=2)),
    max_leaves=4,
)
RECORDS = st.one_of(st.none(), st.dictionaries(NAMES, NESTED, max_size=3))
CHANGES = st.one_of(
    st.builds(Change, NAMES, NAMES, NAMES, NESTED, NESTED),
    st.builds(Change, NAMES, NAMES, st.none(), st.none(), st.dictionaries(NAMES, NESTED)),
    st.builds(Change, NAMES, NAMES, st.none(), st.dictionaries(NAMES, NESTED), st.none()),
)
MISSING = object()


def paths(value: object, path: tuple) -> dict:
    found = {path: value}
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, member in items:
        found |= paths(member, (*path, str(name)))
    return found


def naive(pattern: str, change: Change) -> bool:
    """Every path that differs, against the pattern, by trying all splits."""
    start = (change.kind, change.id) + (() if change.field is None else (change.field,))
    whole = change.field is None
    before = {} if whole and change.before is None else paths(change.before, start)
    after = {} if whole and change.after is None else paths(change.after, start)
    cut = pattern.replace("\\.", "\0").split(".")
    segments = [segment.replace("\0", "\\.") for segment in cut]
    differing = [
        path
        for path in {**before, **after}
        if path == start or not same(before.get(path, MISSING), after.get(path, MISSING))
    ]
    return any(fits(segments, list(path)) for path in differing)


def fits(segments: list, path: list) -> bool:
    if not segments:
        return not path
    if segments[0] == "**":
        return fits(segments[1:], path) or (bool(path) and fits(segments, path[1:]))
    return (
        bool(path)
        and (segments[0] == "*" or segments[0].replace("\\", "") == path[0])
        and fits(segments[1:], path[1:])
    )


@given(st.lists(PATTERNS, min_size=1, max_size=6), CHANGES)
def test_selectors_agree_with_a_naive_matcher_alone_and_in_an_index(patterns, change):
    index: SelectorIndex[int] = SelectorIndex()
    for number, pattern in enumerate(patterns):
        index.add(pattern, number)
    expected = [number for number, pattern in enumerate(patterns) if naive(pattern, change)]
    assert [
        n for n, pattern in enumerate(patterns) if Selector(pattern).matches(change)
    ] == expected
    assert index.match(change) == expected
