import importlib
import sys

import pytest

from sfwnb.cells.finder import CellFinder, Program


@pytest.fixture
def finder():
    made = CellFinder()
    yield made
    if made in sys.meta_path:
        sys.meta_path.remove(made)


def program(text: str, **values: object) -> Program:
    return Program(values, [compile(text, "cell", "exec")], {}, "cell")


def test_a_seated_program_is_a_module_that_can_be_imported_again_and_again(finder: CellFinder):
    name = finder.fresh_name("Order")
    seated = finder.seat(name, program("total = price * 2", price=[4]))
    assert seated.total == [4, 4]
    assert importlib.import_module(name) is seated
    del sys.modules[name]
    again = importlib.import_module(name)
    assert again is not seated
    assert again.price is seated.price
    finder.forget(name)


def test_fresh_names_are_never_given_twice(finder: CellFinder):
    assert len({finder.fresh_name("Order") for _ in range(3)}) == 3


def test_a_program_that_fails_leaves_nothing_behind(finder: CellFinder):
    name = finder.fresh_name("Order")
    with pytest.raises(ZeroDivisionError):
        finder.seat(name, program("1 / 0"))
    assert not finder.has(name)
    assert name not in sys.modules


def test_a_program_that_fails_in_place_of_another_leaves_that_one(finder: CellFinder):
    name = finder.fresh_name("Order")
    before = finder.seat(name, program("x = 1"))
    with pytest.raises(ZeroDivisionError):
        finder.seat(name, program("1 / 0"))
    assert importlib.import_module(name) is before
    del sys.modules[name]
    assert importlib.import_module(name).x == 1
    finder.forget(name)


def test_a_forgotten_module_can_not_be_imported(finder: CellFinder):
    name = finder.fresh_name("Forgotten")
    finder.seat(name, program("x = 1"))
    finder.forget(name)
    finder.forget(name)
    with pytest.raises(ModuleNotFoundError, match=name):
        importlib.import_module(name)


def test_the_finder_stands_once_on_the_path(finder: CellFinder):
    for _ in range(2):
        finder.forget(finder.seat(finder.fresh_name("A"), program("x = 1")).__name__)
    assert sys.meta_path.count(finder) == 1
