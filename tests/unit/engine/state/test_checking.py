from sfwnb.engine.state import Problem, Schema, Store

SCHEMA = Schema(
    {
        "Shop": {"owner": "User", "staff": ["User"], "desks": {"*": "User"}, "size": "int"},
        "User": {},
    }
)


def texts(state) -> list[str]:
    return [str(problem) for problem in SCHEMA.check(state)]


def test_a_sound_state_has_no_problems():
    state = {
        "Shop": {"s": {"id": "s", "owner": "u", "staff": ["u"], "desks": {"a": "u"}, "size": 1}},
        "User": {"u": {"id": "u"}, "0": {"id": 0}},
    }
    assert SCHEMA.check(state) == []
    assert Store(SCHEMA, state).check() == []


def test_dangling_references_are_found():
    state = {"Shop": {"s": {"id": "s", "owner": "u", "staff": ["v"], "desks": {"a": "w"}}}}
    assert texts(state) == [
        "Shop s owner: refers to User 'u', which does not exist",
        "Shop s staff: refers to User 'v', which does not exist",
        "Shop s desks: refers to User 'w', which does not exist",
    ]
    assert SCHEMA.check(state)[0] == Problem(
        "Shop", "s", "owner", "refers to User 'u', which does not exist"
    )


def test_broken_invariants_are_found():
    state = {
        "Shp": {},
        "User": [],
        "Shop": {
            "a": 5,
            "b": {"id": "c"},
            "d": {"name": "no id"},
            "e": {"id": "e", "size": "x"},
            "f": {"id": "f", "at": {1}},
            "g": {"id": "g", "owner": {"id": "u"}, "staff": "u", "desks": ["u"]},
            "h": {"id": "h", "staff": [5], "owner": None},
        },
    }
    assert texts({"Shp": {}, "User": []}) == [
        "Shp: the schema does not have this kind",
        "User: the table is [], not {id: record}",
    ]
    assert texts({"Shop": state["Shop"]}) == [
        "Shop a: the record is 5",
        "Shop b: its id fields say 'c'",
        "Shop d: Shop without its id field 'id': {'name': 'no id'}",
        "Shop e: Shop 'e'.size is 'x': expected int.",
        "Shop f: Shop 'f'.at is {1}, a set: state holds JSON only"
        " (text, finite numbers, true and false, null, lists, objects).",
        "Shop g owner: {'id': 'u'} is no relation to one: it holds ids as text",
        "Shop g staff: 'u' is no relation to many: it holds ids as text",
        "Shop g desks: ['u'] is no relation to map: it holds ids as text",
        "Shop h staff: [5] is no relation to many: it holds ids as text",
    ]
