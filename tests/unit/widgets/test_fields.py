"""What people type becomes a value of the parameter's type, or words beside the field."""

import dataclasses
import datetime as dt
import decimal
import enum
import inspect
import typing
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Literal, NewType

import ipywidgets
import pydantic
import pytest

from sfwnb.widgets.fields import Field
from sfwnb.widgets.hints import EMPTY, type_words
from sfwnb.widgets.inputs import INPUTS, FieldProblem, Input, Question


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


@dataclasses.dataclass
class Address:
    street: str
    zip: int = 0


class Parcel(pydantic.BaseModel):
    to: Address
    grams: Annotated[int, pydantic.Field(gt=0)]


Isbn = NewType("Isbn", str)


def field(annotation: Any, default: Any = EMPTY) -> Field:
    parameter = inspect.Parameter(
        "it", inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )
    return Field(parameter, annotation)


def typed(annotation: Any, text: Any, default: Any = EMPTY) -> Any:
    it = field(annotation, default)
    it.widget.value = text
    return it.value()


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (int, "12", 12),
        (int, str(10**30), 10**30),
        (float, "1e3", 1000.0),
        (str, " with spaces ", " with spaces "),
        (str, '""', ""),
        (Isbn, "978", "978"),
        (bool, True, True),
        (Literal["a", 2], "2", 2),
        (Colour, "BLUE", Colour.BLUE),
        (int | None, "", None),
        (int | None, "3", 3),
        (str | None, "", None),
        (bool | None, "None", None),
        (bool | None, "False", False),
        (Colour | None, "None", None),
        (dt.date, "2026-01-31", dt.date(2026, 1, 31)),
        (dt.timedelta, "PT90S", dt.timedelta(seconds=90)),
        (decimal.Decimal, "1.10", decimal.Decimal("1.10")),
        (uuid.UUID, "12345678123456781234567812345678", uuid.UUID("12345678" * 4)),
        (list[int], "[1, 2]", [1, 2]),
        (set[str], '["a", "a"]', {"a"}),
        (tuple[int, str], '[1, "x"]', (1, "x")),
        (dict[str, Any], '{"id": "o1"}', {"id": "o1"}),
        (list[dt.date], '["2026-01-31"]', [dt.date(2026, 1, 31)]),
        (Address, '{"street": "Main"}', Address("Main")),
        (Parcel, '{"to": {"street": "M"}, "grams": 5}', Parcel(to=Address("M"), grams=5)),
        (int | str, "12", 12),
        (int | str, "twelve", "twelve"),
        (Any, '{"free": [null]}', {"free": [None]}),
        (Any, "just text", "just text"),
        (EMPTY, "o1", "o1"),
    ],
)
def test_what_is_typed_becomes_a_value_of_the_type(annotation: Any, text: Any, value: Any) -> None:
    found = typed(annotation, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("annotation", "text", "words"),
    [
        (int, "", "Required."),
        (int, "3.5", "valid integer"),
        (float, "much", "valid number"),
        (str, "", 'Required. For an empty text write "".'),
        (Colour, "choose…", "Choose one."),
        (Literal["a", "b"], "choose…", "Choose one."),
        (list[int], '[1, "x"]', "1: Input should be a valid integer"),
        (list[int], "[1, 2", "Not JSON: Expecting ',' delimiter at line 1, column 6."),
        (Address, '{"zip": 1}', "street: Field required"),
        (Parcel, '{"to": {"street": "M"}, "grams": 0}', "grams: Input should be greater than 0"),
        (Annotated[int, pydantic.Field(le=5)], "6", "less than or equal to 5"),
        (dict[str, Any], "", "Required."),
    ],
)
def test_what_does_not_fit_is_said_in_words(annotation: Any, text: Any, words: str) -> None:
    with pytest.raises(FieldProblem) as refused:
        typed(annotation, text)
    assert words in str(refused.value)


@pytest.mark.parametrize("annotation", [str, int, dict[str, Any], Colour])
def test_a_required_field_says_so_and_is_not_filled_in(annotation: Any) -> None:
    it = field(annotation)
    assert it.widget.description == "it*"
    with pytest.raises(FieldProblem):
        it.value()


@pytest.mark.parametrize(
    ("annotation", "default", "shown"),
    [
        (int, 3, "3"),
        (str, "", ""),
        (bool, True, True),
        (bool, False, False),
        (Colour, Colour.BLUE, "BLUE"),
        (Literal["a", "b"], "b", "b"),
        (int | None, None, ""),
        (Colour | None, None, "None"),
        (dt.date, dt.date(2026, 1, 31), "2026-01-31"),
        (list[int], [1], "[\n 1\n]"),
        (Address, Address("Main", 1), '{\n "street": "Main",\n "zip": 1\n}'),
    ],
)
def test_a_default_is_filled_in_and_sent_as_it_is(
    annotation: Any, default: Any, shown: Any
) -> None:
    it = field(annotation, default)
    assert it.widget.value == shown
    assert it.widget.description == "it"
    assert it.value() is default


def test_a_default_that_no_text_can_say_is_sent_when_nobody_touched_the_field() -> None:
    strange = object()
    assert field(object, strange).value() is strange


def test_clearing_a_field_with_a_default_asks_instead_of_guessing() -> None:
    with pytest.raises(FieldProblem, match=r"Empty\. The default is 3\."):
        typed(int, "", default=3)


def test_a_type_that_pydantic_cannot_judge_takes_anything() -> None:
    class Strange:
        pass

    assert typed(Strange, "[1]") == [1]


def test_the_tooltip_tells_type_and_description() -> None:
    parameter = inspect.Parameter("it", inspect.Parameter.KEYWORD_ONLY)
    assert Field(parameter, int | None, "How many").widget.tooltip == "int | None. How many"


def test_types_are_said_without_module_names() -> None:
    assert type_words(dict[str, list[Colour]]) == "dict[str, list[Colour]]"
    assert type_words(typing.Literal["a.b"]) == "Literal['a.b']"


def test_a_type_of_ones_own_can_have_an_input_of_its_own() -> None:
    def slider(question: Question) -> Input:
        widget = ipywidgets.IntSlider(value=5)
        return Input(widget, lambda: widget.value)

    entry: tuple[Callable[[Any], bool], Callable[[Question], Input]] = (lambda a: a is int, slider)
    INPUTS.insert(0, entry)
    try:
        assert typed(int, 7) == 7
    finally:
        INPUTS.remove(entry)
