"""A form sends what was typed, and shows the result or what went wrong."""

from typing import Any

import pytest

from sfwnb.widgets.forms import Form, Words
from sfwnb.widgets.signatures import signature_of


def fill(form: Form, **texts: Any) -> None:
    for field in form.fields:
        if field.name in texts:
            field.widget.value = texts[field.name]


def problems(form: Form) -> dict[str, str]:
    return {name: widget.value for name, widget in form._problems.items() if widget.value}


def ship(carrier: str, quantity: int = 1, *, express: bool = False) -> str:
    """Ship it.

    With more words.

    Args:
        carrier: Who brings it,
            in one word.
        quantity (int): How many.
    """
    return f"{quantity} by {carrier}{' fast' if express else ''}"


def test_a_form_calls_with_what_was_typed_and_shows_the_result() -> None:
    form = Form(ship, Words("Do it", "Done"))
    assert form.button.description == "Do it"
    fill(form, carrier="dhl", quantity="3", express=True)
    form.send()
    assert "Done at" in form.answer.value
    assert "<pre>3 by dhl fast</pre>" in form.answer.value


def test_nothing_is_sent_while_a_field_is_wrong_and_each_says_why() -> None:
    calls = []
    form = Form(lambda a, b=2: calls.append((a, b)))
    form.send()
    assert calls == []
    assert problems(form) == {"a": "Required."}
    assert "Not sent" in form.answer.value
    fill(form, a="1")
    form.send()
    assert calls == [(1, 2)]
    assert problems(form) == {}


def test_an_error_of_the_call_is_shown_and_the_button_works_again() -> None:
    def refuse() -> None:
        raise ValueError("not <b>now</b>")

    form = Form(refuse)
    form.button.click()
    assert "ValueError: not &lt;b&gt;now&lt;/b&gt;" in form.answer.value
    assert form.button.disabled is False


def test_the_button_is_disabled_while_sending() -> None:
    seen = []
    form = Form(lambda: seen.append(form.button.disabled))
    form.send()
    assert seen == [True]


def test_an_interrupt_is_said_and_goes_on() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    form = Form(interrupted)
    with pytest.raises(KeyboardInterrupt):
        form.send()
    assert "Interrupted" in form.answer.value
    assert form.button.disabled is False


def test_a_result_with_markup_stays_text() -> None:
    form = Form(lambda: {"name": "<script>alert(1)</script>"})
    form.send()
    assert "<script>" not in form.answer.value
    assert "&lt;script&gt;" in form.answer.value


def test_a_problem_with_markup_stays_text() -> None:
    form = Form(lambda a: a)
    fill(form, a="[<b>")
    form.send()
    assert "<b>" not in problems(form)["a"]


def test_a_long_result_is_cut_and_says_so() -> None:
    form = Form(lambda: "x" * 12_000)
    form.send()
    assert "… 2,000 more characters" in form.answer.value
    assert len(form.answer.value) < 11_000


def test_positional_only_parameters_are_sent_by_position() -> None:
    def divide(a: int, b: int, /, *, to: int = 1) -> float:
        return round(a / b, to)

    form = Form(divide)
    fill(form, a="1", b="3")
    form.send()
    assert "<pre>0.3</pre>" in form.answer.value


@pytest.mark.parametrize(
    ("call", "named"), [(lambda *items: None, "*items"), (lambda **more: None, "**more")]
)
def test_any_number_of_arguments_is_refused_in_words(call: Any, named: str) -> None:
    form = Form(call)
    assert form.fields == []
    assert f"{named} can be any number: call it in a cell." in form.widget.children[0].value


def test_a_form_tells_what_the_docstring_says() -> None:
    form = Form(ship)
    assert form.widget.children[0].value == "Ship it."
    by_name = {field.name: field.widget.tooltip for field in form.fields}
    assert by_name == {
        "carrier": "str. Who brings it, in one word.",
        "quantity": "int. How many.",
        "express": "bool",
    }


def test_hints_that_are_strings_are_resolved() -> None:
    def later(a: "int", b: "dict[str, int] | None" = None) -> "str":
        return f"{a!r} {b!r}"

    assert signature_of(later).text == "(a: int, b: dict[str, int] | None = None) -> str"
    form = Form(later)
    fill(form, a="1", b='{"x": 2}')
    form.send()
    assert "1 {&#x27;x&#x27;: 2}" in form.answer.value


def test_hints_that_nobody_can_resolve_take_anything() -> None:
    def unknown(a: "Nowhere") -> None:  # type: ignore[name-defined] # noqa: F821 # that is the case
        ...

    assert [field.widget.placeholder for field in Form(unknown).fields] == ["JSON or text"]


def test_a_callable_that_carries_its_signature_gets_fields() -> None:
    def generic(*arguments: Any, **named: Any) -> Any:
        return named

    generic.__signature__ = signature_like(ship)  # type: ignore[attr-defined] # inspect reads it
    assert [field.name for field in Form(generic).fields] == ["carrier", "quantity", "express"]


def signature_like(call: Any) -> Any:
    import inspect

    return inspect.signature(call)
