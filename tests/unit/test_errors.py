import sys

import pytest

from sfwnb import errors


def test_an_error_names_the_nearest_known_name():
    assert errors.did_you_mean("Bok", ["Author", "Book"]) == " Did you mean 'Book'?"
    assert errors.did_you_mean("Zebra", ["Author", "Book"]) == ""


def test_several_mistakes_are_a_numbered_list():
    assert errors.listed(["one"]) == "one"
    assert errors.listed(["one", "two"]) == "  1. one\n  2. two"


def test_a_rendered_error_shows_the_users_line_and_the_message_only():
    def typed_by_the_user():
        raise errors.LabError("The port is taken.")

    with pytest.raises(errors.LabError) as caught:
        typed_by_the_user()
    *frames, message = caught.value._render_traceback_()
    assert message == "LabError: The port is taken."
    assert 'raise errors.LabError("The port is taken.")' in frames[-1]
    assert all("site-packages" not in frame for frame in frames)


def test_full_has_every_frame_and_cause():
    try:
        try:
            {}["price"]
        except KeyError as cause:
            raise errors.StateError("No price.") from cause
    except errors.StateError as error:
        text = error.full()
    assert "KeyError: 'price'" in text
    assert "StateError: No price." in text


@pytest.mark.parametrize(
    ("filename", "library"),
    [
        (errors.__file__, True),
        (pytest.__file__, True),
        (sys.modules["asyncio"].__file__, True),
        ("<frozen runpy>", True),
        ("/home/ann/sfwnb/my_workflows.py", False),
        ("/tmp/ipykernel_1/2.py", False),
    ],
)
def test_what_is_the_users_is_told_by_where_it_is_installed(filename, library):
    assert errors.is_library(filename) is library


def test_our_errors_are_the_ones_that_python_users_expect_too():
    assert issubclass(errors.WrongArguments, TypeError)
    assert issubclass(errors.WaitTimeout, TimeoutError)
    assert issubclass(errors.UnknownMessage, AttributeError)
