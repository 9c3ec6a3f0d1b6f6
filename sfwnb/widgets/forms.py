"""A form from a callable: fields, a button, and the result or the error where it was asked for.

Prints and exceptions of widget callbacks are invisible in a notebook, so everything that happens
on a click is shown in the form itself. Callbacks may run on another thread than the cells do.
"""

import html
import pprint
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ipywidgets

from sfwnb.widgets.fields import Field
from sfwnb.widgets.inputs import FieldProblem
from sfwnb.widgets.signatures import call_with, signature_of

_LONGEST_ANSWER = 10_000  # characters; a query may return a whole state


@dataclass(frozen=True, slots=True)
class Words:
    """What the button of a form says, and what the form says when it is done."""

    button: str = "Send"
    done: str = "Sent"


class Form:
    """Call something by filling in its parameters.

    Args:
        call: A callable with a signature. It is called by the button's click, synchronously.
        words: What stands on the button and before the answer.

    Attributes:
        widget: What is shown.
        fields: The inputs, in the order of the call.

    Example:
        >>> form = Form(lambda carrier: f"sent by {carrier}")
        >>> form.fields[0].widget.value = "dhl"
        >>> form.send()
    """

    def __init__(self, call: Callable[..., Any], words: Words | None = None) -> None:
        self._call = call
        self._words = words or Words()
        self._signature = signature_of(call)
        self.fields = [
            Field(each.parameter, each.annotation, each.description)
            for each in self._signature.parameters
            if not self._signature.refusal
        ]
        self._problems = {field.name: _text("sfwnb-problem") for field in self.fields}
        self.button = ipywidgets.Button(description=self._words.button, button_style="primary")
        self.button.on_click(lambda _: self.send())
        self.answer = _text("sfwnb-answer")
        self.widget = ipywidgets.VBox(self._rows()).add_class("sfwnb-form")

    def send(self) -> None:
        """Validate, call, and show the result or what went wrong; never raises an Exception."""
        values = self._values()
        if values is None:
            self._say("sfwnb-error", "Not sent: see the marked fields.")
            return
        self.button.disabled = True
        self._say("sfwnb-quiet", "…")
        try:
            self._show_result(call_with(self._call, self._signature, values))
        except Exception as error:  # noqa: BLE001 # whatever it was, nobody else would show it
            self._say("sfwnb-error", f"{type(error).__name__}: {error}")
        except BaseException:
            self._say("sfwnb-error", "Interrupted; it may have arrived all the same.")
            raise
        finally:
            self.button.disabled = False

    def _values(self) -> dict[str, Any] | None:
        """One value per parameter, or nothing, with a message beside each field that is wrong."""
        values: dict[str, Any] = {}
        for field in self.fields:
            try:
                values[field.name] = field.value()
                _write(self._problems[field.name], "")
            except FieldProblem as problem:
                _write(self._problems[field.name], html.escape(str(problem)))
        return values if len(values) == len(self.fields) else None

    def _show_result(self, result: Any) -> None:
        done = f"{self._words.done} at {datetime.now():%H:%M:%S}"  # noqa: DTZ005 # the reader's own clock
        if result is None:
            self._say("sfwnb-done", done)
            return
        text = result if isinstance(result, str) else pprint.pformat(result, sort_dicts=False)
        if len(text) > _LONGEST_ANSWER:
            text = f"{text[:_LONGEST_ANSWER]}\n… {len(text) - _LONGEST_ANSWER:,} more characters"
        self._say("sfwnb-done", done, text)

    def _say(self, kind: str, words: str, text: str = "") -> None:
        body = f"<pre>{html.escape(text)}</pre>" if text else ""
        _write(self.answer, f'<div class="{kind}">{html.escape(words)}</div>{body}')

    def _rows(self) -> list[Any]:
        summary = self._signature.summary
        intro = [_text("sfwnb-quiet", html.escape(summary))] if summary else []
        if self._signature.refusal:
            return [*intro, _text("sfwnb-quiet", html.escape(self._signature.refusal))]
        width = min(max((len(field.name) for field in self.fields), default=0) * 7 + 18, 180)
        rows = []
        for field in self.fields:
            field.widget.style.description_width = f"{max(width, 70)}px"
            rows.append(ipywidgets.HBox([field.widget, self._problems[field.name]]))
        foot = ipywidgets.HBox([self.button, self.answer]).add_class("sfwnb-foot")
        return [*intro, *rows, foot]


def _text(css_class: str, value: str = "") -> Any:
    return ipywidgets.HTML(value).add_class(css_class)


def _write(widget: Any, value: str) -> None:
    if widget.value != value:
        widget.value = value
