"""What a form has to know of a callable: its parameters with types and words."""

import enum
import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sfwnb.widgets.hints import EMPTY, type_words

_VARIADIC = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with its resolved type and what the docstring says of it."""

    parameter: inspect.Parameter
    annotation: Any
    description: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A callable as a form sees it.

    Attributes:
        parameters: In the order of the call.
        summary: The first paragraph of the docstring, in one line.
        refusal: Why there can be no form, in words; empty when there can.
        text: ``(carrier: str, express: bool = False) -> str``, without module names.
    """

    parameters: tuple[Parameter, ...]
    summary: str
    refusal: str
    text: str


def signature_of(call: Callable[..., Any]) -> Signature:
    """Read signature, hints and docstring; never raises, a form without parameters says why."""
    doc = (inspect.getdoc(call) or "").replace("``", "")
    summary = " ".join(doc.split("\n\n")[0].split())
    try:
        signature = inspect.signature(call)
    except (TypeError, ValueError) as error:
        return Signature((), summary, f"Its signature is not known: {error}.", "(…)")
    hints, described = _hints(call), _described(doc)
    variadic = [
        _VARIADIC[parameter.kind] + parameter.name
        for parameter in signature.parameters.values()
        if parameter.kind in _VARIADIC
    ]
    refusal = (
        f"A form has one field per parameter, and {' and '.join(variadic)} can be any number: "
        "call it in a cell."
        if variadic
        else ""
    )
    parameters = tuple(
        Parameter(parameter, _annotation(parameter, hints), described.get(name, ""))
        for name, parameter in signature.parameters.items()
    )
    return Signature(parameters, summary, refusal, _text(signature, parameters, hints))


def call_with(call: Callable[..., Any], signature: Signature, values: Mapping[str, Any]) -> Any:
    """Call with one value per parameter: by position where the signature asks for it."""
    positional, named = [], {}
    for parameter in (each.parameter for each in signature.parameters):
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            positional.append(values[parameter.name])
        else:
            named[parameter.name] = values[parameter.name]
    return call(*positional, **named)


def _annotation(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> Any:
    """The type itself; a name that nobody can resolve is taken as anything."""
    found = hints.get(parameter.name, parameter.annotation)
    return EMPTY if isinstance(found, str) else found


def _hints(call: Callable[..., Any]) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(call, include_extras=True)
    except Exception:  # noqa: BLE001 # evaluating someone's annotations can raise anything
        return {}


def _text(
    signature: inspect.Signature, parameters: tuple[Parameter, ...], hints: Mapping[str, Any]
) -> str:
    shown = [_shown(each) for each in parameters]
    returned = hints.get("return", signature.return_annotation)
    words = returned if isinstance(returned, str) else type_words(returned)
    bare: Any = _Bare(words) if words not in ("", "None") else EMPTY
    return str(signature.replace(parameters=shown, return_annotation=bare))


def _shown(each: Parameter) -> inspect.Parameter:
    shown = each.parameter
    if each.annotation is not EMPTY:
        shown = shown.replace(annotation=_Bare(type_words(each.annotation)))
    if isinstance(shown.default, enum.Enum):
        shown = shown.replace(default=_Bare(f"{type(shown.default).__name__}.{shown.default.name}"))
    return shown


class _Bare:
    """An annotation or default whose repr is what ``str(signature)`` should print."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __repr__(self) -> str:
        return self._words


def _described(doc: str) -> dict[str, str]:
    """What the ``Args:`` section of a Google-style docstring says of each parameter."""
    section = re.search(r"^Args:\n((?:[ \t]+.*\n?|\n)+)", doc, re.MULTILINE)
    if not section:
        return {}
    items = re.split(r"^ {2,4}(?=\*{0,2}\w+[^:\n]*:)", section.group(1), flags=re.MULTILINE)
    named = (re.match(r"(\w+)[^:\n]*:\s*(.*)", item, re.DOTALL) for item in items)
    return {match[1]: " ".join(match[2].split()) for match in named if match}
