import pytest

from sfwnb.engine.state import Cardinality, OnDelete, Orphans, Schema
from sfwnb.errors import DefinitionError, StateError, UnknownKind
from tests.bookshop import BOOKSHOP


@pytest.fixture
def shop() -> Schema:
    return Schema(BOOKSHOP, name="bookshop")


def test_kinds_stand_in_the_order_of_the_definition(shop):
    assert shop.kinds == ("Author", "Book", "Customer", "Order", "Line", "Shipment")


def test_a_relation_says_field_target_and_cardinality(shop):
    lines = shop.relations("Order")["lines"]
    assert (lines.field, lines.target, lines.cardinality) == ("lines", "Line", Cardinality.MANY)
    assert shop.relations("Order")["customer"].cardinality == "one"


def test_a_map_relation_is_written_with_a_star():
    schema = Schema({"Shop": {"stock": {"*": "Book"}}, "Book": {}})
    assert schema.relations("Shop")["stock"].cardinality is Cardinality.MAP


def test_relations_cannot_be_changed_from_outside(shop):
    with pytest.raises(TypeError):
        shop.relations("Order")["x"] = None


def test_every_field_that_refers_to_a_kind_is_known():
    schema = Schema({"User": {}, "Message": {"sender": "User", "receivers": ["User"]}})
    referrers = [(r.source, r.field) for r in schema.referrers("User")]
    assert referrers == [("Message", "sender"), ("Message", "receivers")]


def test_an_unknown_kind_is_named_with_the_nearest_known_one(shop):
    with pytest.raises(UnknownKind) as caught:
        shop.kind("Bok")
    assert str(caught.value) == (
        "No kind 'Bok' in schema 'bookshop'."
        " It has: Author, Book, Customer, Order, Line, Shipment. Did you mean 'Book'?"
    )


def test_the_id_field_can_have_another_name():
    schema = Schema({"Book": {"id": "isbn"}})
    assert schema.id_fields("Book") == ("isbn",)
    assert schema.key("Book", {"isbn": 7}) == "7"


def test_a_composite_key_joins_its_parts():
    schema = Schema({"Line": {"id": ["order", "no"]}})
    assert schema.id_fields("Line") == ("order", "no")
    assert schema.key("Line", {"order": "o1", "no": 0}) == "o1:0"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a:b", "c"), ("a", "b:c")),
        (("a%3Ab", "c"), ("a:b", "c")),
        (("", "a"), ("a", "")),
        (("%", ":"), (":", "%")),
    ],
)
def test_composite_keys_never_collide(one, other):
    schema = Schema({"Line": {"id": ["order", "no"]}})
    keys = [schema.key("Line", {"order": first, "no": second}) for first, second in (one, other)]
    assert keys[0] != keys[1]


@pytest.mark.parametrize("value", [None, True, 1.5, ["a"], {"a": 1}])
def test_an_id_is_text_or_an_integer(value):
    with pytest.raises(StateError, match=r"Book\.id is .*: an id is text or an integer"):
        Schema({"Book": {}}).key("Book", {"id": value})


def test_a_missing_part_of_a_composite_id_is_named():
    schema = Schema({"Line": {"id": ["order", "no"]}})
    with pytest.raises(StateError, match=r"Line without its id field 'no' \(its id has the parts"):
        schema.key("Line", {"order": "o1"})


def test_all_mistakes_of_a_definition_are_reported_at_once():
    with pytest.raises(DefinitionError) as caught:
        Schema(
            {
                "A": {"b": "Bee", "c": ["A", "A"], "d": 5, 3: "A", "": "A"},
                "B": 7,
                "int": {},
                4: {},
                "C": {"id": 5},
                "D": {"id": ["x", "x"]},
                "E": {"id": {"x": "wrong"}},
                "F": {"id": "ref", "ref": "A"},
                "G": {"a": {"to": "A", "on_delete": "explode", "orphans": [], "colour": 1}},
                "H": {"id": {"x": 5}},
                "I": {"a": {"*": "A", "x": "A"}},
            },
            name="bad",
        )
    text = str(caught.value)
    assert text.startswith("Schema 'bad': 17 mistakes:")
    for part in (
        "A.b refers to 'Bee', which is neither a kind nor a type.",
        "A.c is ['A', 'A']: expected a kind, [kind], {'*': kind}, or a type.",
        "A.d is 5",
        "A has a field 3",
        "A has a field ''",
        "B is 7: expected its relations",
        "A kind is called 'int'",
        "A kind is called 4",
        "C.id is 5",
        "D.id is ['x', 'x']",
        "E.x has the type 'wrong'",
        "F.ref cannot be an id field and a relation.",
        "G.a has the option 'colour'",
        "G.a has on_delete='explode': expected unlink or cascade or keep.",
        "G.a has orphans=[]: expected keep or delete.",
        "H.x has the type 5",
        "I.a is {'*': 'A', 'x': 'A'}",
    ):
        assert part in text


def test_one_mistake_stands_alone():
    with pytest.raises(DefinitionError) as caught:
        Schema({"Book": {"author": "Autor"}, "Author": {}}, name="shop")
    assert str(caught.value) == (
        "Schema 'shop': Book.author refers to 'Autor', which is neither a kind nor a type."
        " Kinds: Book, Author. Did you mean 'Author'?"
    )


@pytest.mark.parametrize("definition", [{}, None, [], "Book"])
def test_a_schema_without_kinds_is_refused(definition):
    with pytest.raises(DefinitionError, match="expected its kinds"):
        Schema(definition)


def test_policies_are_written_beside_the_target():
    schema = Schema(
        {"Order": {"lines": {"to": ["Line"], "on_delete": "keep", "orphans": "delete"}}, "Line": {}}
    )
    lines = schema.relations("Order")["lines"]
    assert (lines.on_delete, lines.orphans, lines.owns) == (OnDelete.KEEP, Orphans.DELETE, True)


RICH = {
    "Order": {
        "status": "'open' | 'paid' | -1",
        "lines": {"to": ["Line"], "orphans": "delete"},
        "by_name": {"*": "Line"},
        "customer": {"to": "Customer", "on_delete": "cascade"},
    },
    "Line": {"id": {"order": "str", "no": "int"}, "order": "str", "open": True},
    "Customer": {"id": "email", "note": "str | None"},
    "Tag": {"id": ["a", "b"]},
}


def test_a_schema_survives_json_with_everything_in_it():
    schema = Schema(RICH, name="rich", version=3)
    again = Schema.from_json(schema.to_json())
    assert again == schema
    assert again.to_json() == schema.to_json()
    assert (again.name, again.version) == ("rich", 3)
    assert hash(again) == hash(schema)


def test_the_repr_can_be_run():
    schema = Schema(RICH, name="rich")
    assert eval(repr(schema)).to_json() == schema.to_json()


def test_schemas_with_another_relation_or_policy_differ():
    one = Schema({"A": {"b": "B"}, "B": {}})
    assert one != Schema({"A": {"b": ["B"]}, "B": {}})
    assert one != Schema({"A": {"b": {"to": "B", "on_delete": "keep"}}, "B": {}})
    assert one != "a schema"


def test_the_html_shows_relations_both_ways_and_escapes_names():
    html = Schema(
        {
            "<Kind>": {"id": "k", "items": {"to": {"*": "Item"}, "orphans": "delete"}},
            "Item": {"open": True, "size": "int", "of": {"to": "<Kind>", "on_delete": "keep"}},
        },
        name="<b>",
    )._repr_html_()
    assert "<Kind>" not in html
    assert "&lt;Kind&gt;" in html
    assert "Schema</b> &lt;b&gt;" in html
    assert "items → {*: Item}" in html
    assert "owns" in html
    assert "keep on delete" in html
    assert "&lt;Kind&gt;.items" in html
    assert "size: int" in html
    assert ">open<" in html


def test_names_and_versions_have_defaults():
    schema = Schema.from_json({"kinds": {"A": {}}})
    assert (schema.name, schema.version) == ("schema", 1)
