"""One field per parameter: what was typed, as a validated value or as words beside the field.

Whatever was typed goes through pydantic's TypeAdapter of the parameter's whole type, so that
dataclasses, models, dates and constraints need no code here. A field that nobody touched sends the
parameter's default itself, not a copy that went through text.
"""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import PydanticUserError, TypeAdapter, ValidationError

from sfwnb.widgets.hints import EMPTY, type_words, without_none
from sfwnb.widgets.inputs import FieldProblem, Question, input_for


class Field:
    """A parameter's input together with its validation.

    Args:
        parameter: The parameter, as in a signature.
        annotation: Its resolved type; the parameter's own annotation may be a string.
        description: A sentence for the tooltip.

    Attributes:
        widget: What is shown.
        name: The parameter's name.
    """

    def __init__(
        self, parameter: inspect.Parameter, annotation: Any, description: str = ""
    ) -> None:
        core, optional = without_none(annotation)
        self.name = parameter.name
        self.question = Question(parameter.name, core, optional, parameter.default)
        self._adapter = _adapter(annotation)
        self._input = input_for(self.question)
        self.widget = self._input.widget
        self.widget.description = self.name + ("*" if self.question.is_required else "")
        self.widget.tooltip = ". ".join(filter(None, [type_words(annotation), description]))
        self._untouched = self.widget.value

    def value(self) -> Any:
        """The value to send.

        Raises:
            FieldProblem: What was typed does not fit the type.
        """
        if not self.question.is_required and self.widget.value == self._untouched:
            return self.question.default
        try:
            return self._adapter.validate_python(self._input.read())
        except ValidationError as error:
            raise FieldProblem(_problem_words(error)) from error


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    """Pydantic's judge of the whole type; anything goes for a type that it cannot judge."""
    if annotation is EMPTY:
        return TypeAdapter(Any)
    try:
        return TypeAdapter(annotation)
    except (PydanticUserError, NameError, TypeError):
        return TypeAdapter(Any)


def _problem_words(error: ValidationError) -> str:
    def words(problem: Mapping[str, Any]) -> str:
        where = ".".join(str(part) for part in _path(problem["loc"]))
        return f"{where}: {problem['msg']}" if where else str(problem["msg"])

    problems = error.errors(include_url=False, include_context=False)
    shown = [words(problem) for problem in problems[:4]]
    more = [f"and {len(problems) - 4} more"] if len(problems) > 4 else []
    return "; ".join([*shown, *more]) + "."


def _path(location: Sequence[Any]) -> list[Any]:
    """Where in the value, without the names that pydantic gives to the members of a union."""
    return [part for part in location if not str(part).startswith(("function-", "is-instance"))]
