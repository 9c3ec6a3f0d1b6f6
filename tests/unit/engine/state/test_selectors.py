import pytest

from sfwnb.engine.state import ABSENT, Change, Selector, SelectorIndex
from sfwnb.errors import StateError

STATUS = Change("Order", "o1", "status", "open", "paid")
ADDRESS = Change(
    "Order",
    "o1",
    "address",
    {"city": "Rome", "zip": 1, "geo": {"x": 1, "y": [1, 2]}},
    {"city": "Pisa", "zip": 1, "geo": {"x": 1, "y": [1, 3, 4]}},
)
CREATED = Change("Order", "o1", None, None, {"id": "o1", "price": 5})
DELETED = Change("Order", "o1", None, {"id": "o1", "price": 5}, None)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("Order.o1.status", True),
        ("Order.*.status", True),
        ("Order.o1.**", True),
        ("Order.**", True),
        ("**", True),
        ("**.status", True),
        ("Order.**.status", True),
        ("**.o1.**", True),
        ("*.*.*", True),
        ("*.*.*.**", True),
        ("Order.o1.status.**", True),
        ("**.**", True),
        ("Order", False),
        ("Order.o1", False),
        ("Order.*", False),
        ("Order.*.*.*", False),
        ("Order.o1.status.*", False),
        ("Order.o2.status", False),
        ("Line.*.status", False),
        ("*.status", False),
        ("Order.*.price", False),
        ("status.**", False),
    ],
)
def test_a_pattern_has_to_fit_the_whole_path(pattern, matches):
    assert Selector(pattern).matches(STATUS) is matches


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("Order.*.address", True),
        ("Order.*.address.city", True),
        ("Order.*.address.zip", False),
        ("Order.*.address.*", True),
        ("Order.*.address.geo.x", False),
        ("Order.*.address.geo.y", True),
        ("Order.*.address.geo.y.0", False),
        ("Order.*.address.geo.y.1", True),
        ("Order.*.address.geo.y.2", True),
        ("Order.*.address.geo.y.3", False),
        ("Order.*.address.geo.y.01", False),
        ("Order.*.address.geo.y.x", False),
        ("Order.*.address.city.x", False),
        ("**.y.*", True),
        ("**.x", False),
        ("**.zip", False),
        ("**.*.city", True),
    ],
)
def test_nested_patterns_look_for_what_differs_inside(pattern, matches):
    assert Selector(pattern).matches(ADDRESS) is matches


@pytest.mark.parametrize("change", [CREATED, DELETED])
@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("Order.*", True),
        ("Order.o1", True),
        ("Order.o1.**", True),
        ("Order.*.price", True),
        ("*.*.price", True),
        ("Order.*.*", True),
        ("Order.*.colour", False),
        ("Line.*", False),
    ],
)
def test_an_entity_that_comes_or_goes_matches_with_all_its_fields(change, pattern, matches):
    assert Selector(pattern).matches(change) is matches


@pytest.mark.parametrize("id", ["a.b", "*", "**", "a:b", "\\", "a\\.b", "", "é", ".", "a*b.c"])
def test_ids_with_special_characters_can_be_named(id):
    selector = Selector(f"Order.{Selector.escape(id)}.status")
    assert selector.matches(Change("Order", id, "status", 1, 2))
    assert not selector.matches(Change("Order", id + "x", "status", 1, 2))
    assert not selector.matches(Change("Order", "o1", "status", 1, 2))


def test_a_field_that_is_taken_out_differs():
    assert Selector("A.*.x.y").matches(Change("A", "1", "x", {"y": None}, ABSENT))
    assert not Selector("A.*.x.y").matches(Change("A", "1", "x", {"z": None}, ABSENT))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "is no selector: expected text"),
        (None, "is no selector: expected text"),
        ("Order.o*.x", "has a star inside"),
        ("Order.***", "has a star inside"),
        ("Order.x\\", "ends in a backslash"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern, message):
    with pytest.raises(StateError, match=message):
        Selector(pattern)
    with pytest.raises(StateError, match=message):
        SelectorIndex().add(pattern, 1)


def test_selectors_are_values():
    assert Selector("A.*") == Selector("A.*")
    assert Selector("A.*") != Selector("A.**")
    assert Selector("A.*") != "A.*"
    assert len({Selector("A.*"), Selector("A.*")}) == 1
    assert repr(Selector("A.*")) == "Selector('A.*')"


def test_an_index_gives_every_subscription_that_matches_once_and_in_order():
    index: SelectorIndex[str] = SelectorIndex()
    for pattern in ("**", "Order.*.status", "Line.**", "*.o1.*", "Order.o1.status", "**.status.**"):
        index.add(pattern, pattern)
    index.add(Selector("Order.*.status"), "again")
    assert index.match(STATUS) == [
        "**", "Order.*.status", "*.o1.*", "Order.o1.status", "**.status.**", "again",
    ]  # fmt: skip


def test_a_subscription_can_be_removed():
    index: SelectorIndex[str] = SelectorIndex()
    index.add("Order.*.status", "a")
    index.add("Order.*.status", "b")
    index.remove("Order.*.status", "a")
    index.remove("Line.*", "never")
    assert index.match(STATUS) == ["b"]
