"""Reading a schema from dataclasses or pydantic models: annotations become the dict form.

``customer: Customer`` is a relation to one, ``list["Line"]`` to many, ``dict[str, Line]`` a map;
``None`` and scalars beside the model (``Customer | str``, a record or its id) change nothing.
``Annotated[list["Line"], relation(orphans="delete")]`` gives policies, the class attributes
``__id__ = ("order_id", "no")`` and ``__open__ = True`` what the words ``id`` and ``open`` give in
the dict form. Every other annotation becomes the type that its JSON has.

pydantic is never imported: a model is known by its ``model_fields``.
"""

import dataclasses
import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from sfwnb.engine.state.plain import shown
from sfwnb.engine.state.relations import Policies
from sfwnb.errors import DefinitionError, listed

_WORDS = {str: "str", int: "int", float: "float", bool: "bool", types.NoneType: "None"}
_AS_TEXT = (date, time, timedelta, Decimal, bytes)
_MANY = (list, tuple, set, frozenset, Sequence, AbstractSet)


def definition_of(models: Iterable[Any], name: str) -> dict[str, Any]:
    """The dict form of a schema whose kinds are these classes, by their names.

    Raises:
        DefinitionError: When something is no model, or an annotation cannot be resolved.
    """
    models = tuple(models)
    mistakes = [
        f"{shown(model)} is neither a dataclass nor a pydantic model."
        for model in models
        if not _is_model(model)
    ]
    known = {model.__name__: model for model in models if _is_model(model)}
    mistakes += [f"Two models are called {twice}." for twice in _twice(models)]
    definition: dict[str, Any] = {}
    for kind, model in known.items():
        try:
            definition[kind] = _kind(model, known)
        except (NameError, TypeError, AttributeError) as error:
            mistakes.append(f"The annotations of {kind} cannot be read: {error}.")
    if mistakes:
        raise DefinitionError(f"Schema {name!r} from models:\n{listed(mistakes)}")
    return definition


def _is_model(model: Any) -> bool:
    return isinstance(model, type) and (
        dataclasses.is_dataclass(model) or hasattr(model, "model_fields")
    )


def _twice(models: Iterable[Any]) -> list[str]:
    names = [model.__name__ for model in dict.fromkeys(models) if _is_model(model)]
    return sorted({name for name in names if names.count(name) > 1})


def _kind(model: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    module = sys.modules.get(model.__module__)
    names = {**vars(module), **known} if module else dict(known)
    hints = get_type_hints(model, localns=names, include_extras=True)
    fields = getattr(model, "model_fields", None)
    if fields is None:
        fields = [field.name for field in dataclasses.fields(model)]
    given = getattr(model, "__id__", "id")
    identity = (given,) if isinstance(given, str) else tuple(given)
    texts = {field: _text(hints[field]) for field in identity if field in hints}
    if len(texts) < len(identity):
        missing = ", ".join(field for field in identity if field not in texts)
        raise TypeError(f"it has no id field {missing}; name another one with __id__ = ...")
    definition: dict[str, Any] = {"id": texts}
    config = getattr(model, "model_config", {})
    if getattr(model, "__open__", False) or config.get("extra") == "allow":
        definition["open"] = True
    for field in fields:
        if field not in identity:
            definition[field] = _field(hints[field], known)
    return definition


def _field(hint: Any, known: Mapping[str, Any]) -> Any:
    """The relation that an annotation means, or else the text of its type."""
    inner, policies = _bare(hint)
    for part in _parts(inner):
        found = _relation(part, known)
        if found is not None:
            return {"to": found, **policies.words()} if policies else found
    return _text(inner)


def _relation(hint: Any, known: Mapping[str, Any]) -> Any:
    hint, _ = _bare(hint)
    if _named(hint, known):
        return hint.__name__
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in _MANY and (target := _target(arguments[:1], known)):
        return [target]
    if origin in (dict, Mapping) and (target := _target(arguments[1:], known)):
        return {"*": target}
    return None


def _target(arguments: tuple[Any, ...], known: Mapping[str, Any]) -> str | None:
    for argument in arguments:
        for part in _parts(argument):
            bare, _ = _bare(part)
            if _named(bare, known):
                return str(bare.__name__)
    return None


def _named(hint: Any, known: Mapping[str, Any]) -> bool:
    return isinstance(hint, type) and known.get(hint.__name__) is hint


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _bare(hint: Any) -> tuple[Any, Policies | None]:
    if get_origin(hint) is not Annotated:
        return hint, None
    inner, *extras = get_args(hint)
    return inner, next((extra for extra in extras if isinstance(extra, Policies)), None)


def _text(hint: Any) -> str:
    """The type that an annotation's JSON has, in the language of ``fieldtypes``."""
    hint, _ = _bare(hint)
    parts = _parts(hint)
    if len(parts) > 1:
        return _joined(map(_text, parts))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _joined(map(_literal, arguments))
    if origin in _MANY or hint in _MANY:
        inner = _joined(map(_text, (part for part in arguments if part is not ...)))
        return f"list[{inner}]" if inner != "any" and arguments else "list"
    if origin in (dict, Mapping):
        return f"dict[str, {_text(arguments[1])}]"
    if not isinstance(hint, type):
        return "any"
    if issubclass(hint, Enum):
        return _joined(_literal(member.value) for member in hint)
    return _class_text(hint)


def _class_text(hint: type) -> str:
    if issubclass(hint, _AS_TEXT) or hint.__name__ == "UUID":
        return "str"
    if _is_model(hint) or issubclass(hint, dict) or hint is Mapping:
        return "dict"
    return _WORDS.get(hint, "any")


def _joined(texts: Iterable[str]) -> str:
    different = list(dict.fromkeys(texts))
    return "any" if "any" in different or not different else " | ".join(different)


def _literal(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    return repr(value) if isinstance(value, str | int | None) else "any"
