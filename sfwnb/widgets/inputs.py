"""What a person types into: the table of types and inputs.

``INPUTS`` maps types to inputs, first match wins; every type that it does not name is asked for as
JSON. An empty input never becomes a value silently: it is ``None`` where the type allows ``None``,
and otherwise a message. A person who wants to send an empty text writes ``""``.
"""

import datetime as dt
import decimal
import enum
import json
import pathlib
import typing
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets
from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_jsonable_python

from sfwnb.widgets.hints import EMPTY, type_words


class FieldProblem(ValueError):
    """What was typed is not a value of the parameter's type; the message stands beside the field.

    It is caught by the form and never leaves the panel, so it has no place in ``sfwnb.errors``.
    """


@dataclass(frozen=True, slots=True)
class Question:
    """One parameter, as an input has to know it.

    Attributes:
        name: The parameter's name.
        annotation: Its type without ``None``, aliases and ``Annotated``.
        optional: Whether ``None`` is a value of it.
        default: Its default, or ``inspect.Parameter.empty``.
    """

    name: str
    annotation: Any
    optional: bool = False
    default: Any = EMPTY

    @property
    def is_required(self) -> bool:
        """Whether the caller must give a value."""
        return self.default is EMPTY


@dataclass(frozen=True, slots=True)
class Input:
    """A widget and the function that reads it: a value for pydantic, or ``FieldProblem``."""

    widget: Any
    read: Callable[[], Any]


def _text(question: Question) -> Input:
    default = "" if question.default in (EMPTY, None) else to_jsonable_python(question.default)
    widget = ipywidgets.Text(value=str(default), placeholder=_placeholder(question))

    def read() -> Any:
        text = widget.value
        if not text.strip():
            return _nothing_typed(question)
        return "" if question.annotation is str and text.strip() == '""' else text

    return Input(widget, read)


def _checkbox(question: Question) -> Input:
    if question.optional:
        return _choice(question, {"True": True, "False": False})
    widget = ipywidgets.Checkbox(value=question.default is True)
    return Input(widget, lambda: widget.value)


def _literal(question: Question) -> Input:
    return _choice(question, {str(value): value for value in typing.get_args(question.annotation)})


def _enum(question: Question) -> Input:
    return _choice(question, {member.name: member for member in question.annotation})


def _choice(question: Question, values: Mapping[str, Any]) -> Input:
    """A dropdown; a required one begins with nothing chosen, so that nothing is sent unseen."""
    none = {"None": None} if question.optional else {}
    choices = {**none, **values}
    default = next((label for label, value in choices.items() if value == question.default), None)
    labels = [*([] if default else [_CHOOSE]), *choices]
    widget = ipywidgets.Dropdown(options=labels, value=default or _CHOOSE)

    def read() -> Any:
        if widget.value == _CHOOSE:
            raise FieldProblem("Choose one.")
        return choices[widget.value]

    return Input(widget, read)


def _json(question: Question) -> Input:
    written = "" if question.default in (EMPTY, None) else _as_json(question.default)
    rows = min(max(written.count("\n") + 1, 2), 8)
    widget = ipywidgets.Textarea(value=written, placeholder=_placeholder(question), rows=rows)

    def read() -> Any:
        text = widget.value.strip()
        if not text:
            return _nothing_typed(question)
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            if text[0] in '[{"':
                raise FieldProblem(
                    f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
                ) from error
            return text  # a date or an id needs no quotes

    return Input(widget, read)


INPUTS: list[tuple[Callable[[Any], bool], Callable[[Question], Input]]] = [
    (lambda annotation: annotation is bool, _checkbox),
    (lambda annotation: _is_text(annotation), _text),
    (lambda annotation: typing.get_origin(annotation) is typing.Literal, _literal),
    (lambda annotation: isinstance(annotation, enum.EnumType), _enum),
]
"""Which input a type gets: the first whose condition holds; what none of them takes is JSON."""

_CHOOSE = "choose…"
_LONGEST_HINT = 60  # characters of a placeholder; the whole type stands in the tooltip
_TEXTS: dict[Any, str] = {
    str: "",
    int: "",
    float: "",
    dt.date: "like 2026-01-31",
    dt.datetime: "like 2026-01-31T12:00:00Z",
    dt.time: "like 12:00:00",
    dt.timedelta: "like P1DT2H or 02:00:00",
    decimal.Decimal: "",
    uuid.UUID: "",
    pathlib.Path: "",
}
"""What is written in one line as it is, with an example for those that need one."""


def input_for(question: Question) -> Input:
    """The input for a parameter."""
    build = next((build for takes, build in INPUTS if takes(question.annotation)), _json)
    return build(question)


def _is_text(annotation: Any) -> bool:
    return isinstance(annotation, type) and annotation in _TEXTS


def _nothing_typed(question: Question) -> Any:
    """``None`` where the type allows it; everything else is not guessed."""
    if question.optional:
        return None
    if not question.is_required:
        raise FieldProblem(f"Empty. The default is {question.default!r}.")
    if question.annotation is str:
        raise FieldProblem('Required. For an empty text write "".')
    raise FieldProblem("Required.")


def _placeholder(question: Question) -> str:
    words = type_words(question.annotation)
    if question.annotation in (EMPTY, Any):
        words = "JSON or text"
    elif _is_text(question.annotation):
        words = f"{words} {_TEXTS[question.annotation]}".strip()
    else:
        words = _fields_words(question.annotation) or f"JSON: {words}"
    words = f"None, or {words}" if question.optional else words
    return words if len(words) <= _LONGEST_HINT else f"{words[: _LONGEST_HINT - 1]}…"


def _fields_words(annotation: Any) -> str:
    """What a dataclass or model asks for: ``{"street": string, "zip": integer}``."""
    try:
        schema = TypeAdapter(annotation).json_schema()
    except Exception:  # noqa: BLE001 # a hint in a placeholder is not worth an error of any kind
        return ""
    properties = schema.get("properties", {})
    described = [f'"{name}": {shape.get("type", "…")}' for name, shape in properties.items()]
    return f"{{{', '.join(described)}}}" if described else ""


def _as_json(value: Any) -> str:
    try:
        return json.dumps(to_jsonable_python(value), indent=1)
    except (PydanticSerializationError, TypeError, ValueError):
        return repr(value)
