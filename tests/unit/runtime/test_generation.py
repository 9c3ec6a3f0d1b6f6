from sfwnb.runtime.generation import in_words


def refused() -> BaseException:
    try:
        try:
            raise ImportError("No module named 'shop'.")
        except ImportError as cause:
            raise RuntimeError("Failed validating workflow Order") from cause
    except RuntimeError as error:
        return error


def test_a_refusal_is_told_with_its_cause():
    assert in_words(refused()) == (
        "Temporal refuses this: Failed validating workflow Order: No module named 'shop'."
    )


def test_a_cause_that_says_nothing_new_is_left_out():
    error = ValueError("More than one activity named charge")
    error.__cause__ = KeyError("charge")
    assert in_words(error) == (
        "Temporal refuses this: More than one activity named charge: 'charge'."
    )
    error.__cause__ = ValueError("activity named charge")
    assert in_words(error) == "Temporal refuses this: More than one activity named charge."
