import ast
from textwrap import dedent

import pytest

from sfwnb.cells.names import Uses, names_in, uses
from sfwnb.cells.sources import Statement


def used_by(text: str, postponed: bool = False) -> Uses:
    statement = Statement(ast.parse(dedent(text).strip("\n")).body[0], "cell")
    return uses(statement, postponed)


def test_names_of_decorators_defaults_bases_and_class_bodies_are_needed_at_once():
    used = used_by(
        """
        @decorate(option=setting)
        class Order(Base, metaclass=Meta):
            limit = LIMIT
            def run(self, amount=DEFAULT):
                return later
        """
    )
    assert used.at_once == {
        "decorate": 1,
        "setting": 1,
        "Base": 2,
        "Meta": 2,
        "LIMIT": 3,
        "DEFAULT": 4,
    }
    assert used.later == {"later": 5}


def test_a_local_that_shadows_a_global_is_not_a_use():
    used = used_by(
        """
        def total(lines):
            price = 1
            for line in lines:
                price += line.price
            return [price for price in lines] and sum(lines)
        """
    )
    assert set(used) == {"sum"}


def test_a_name_that_a_class_body_has_made_before_is_not_a_use():
    used = used_by(
        """
        class Order:
            limit = 3
            double = limit * 2
            before = after
            after = 1
        """
    )
    assert set(used) == {"after"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return [helper(x) for x in y]", {"helper", "y"}),
        ("return lambda: helper()", {"helper"}),
        ("match order:\n        case Order(id=Name.X): pass", {"order", "Order", "Name"}),
        ("def inner():\n        return helper\n    return inner", {"helper"}),
        ("try: pass\n    except Failure: pass", {"Failure"}),
        ("async with lock: pass", {"lock"}),
        ("global counter\n    counter += 1", {"counter"}),
        ("import json\n    return json.dumps({})", set()),
        ("del order", set()),
    ],
)
def test_names_are_found_wherever_code_can_use_them(body: str, found: set[str]):
    text = f"async def f():\n    {body}"
    if body == "del order":
        text = "async def f(order):\n    del order"
    assert set(used_by(text)) == found


def test_annotations_as_text_are_used_but_may_be_missing():
    used = used_by("def ship(order: 'Order', to: list['Place']) -> 'Parcel | None': ...")
    assert used.as_text == {"Order": 1, "Place": 1, "Parcel": 1}
    assert used.at_once == {"list": 1}


def test_postponed_annotations_are_text_and_others_are_not():
    text = "class Order:\n    lines: list[Line]\n    def run(self, to: Place) -> None: ..."
    assert used_by(text, postponed=True).as_text == {"list": 2, "Line": 2, "Place": 3}
    assert used_by(text, postponed=False).at_once == {"list": 2, "Line": 2, "Place": 3}


def test_chains_of_attributes_are_noted_from_their_name_on():
    used = used_by("def f(): return xml.etree.ElementTree.parse(os.path.join('a'))")
    assert ("xml", "etree", "ElementTree", "parse") in used.chains
    assert ("os", "path", "join") in used.chains


def test_text_that_is_no_python_names_nothing():
    assert names_in("not python!") == []
    assert names_in("dict[str, Order]") == ["dict", "str", "Order"]
