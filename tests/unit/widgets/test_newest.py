"""Slow work is done on the newest value only, and never where it was handed over."""

import threading
from collections.abc import Callable

import pytest

from sfwnb.widgets.newest import Newest


class Workshop:
    """Work that waits for a go, and what was worked on."""

    def __init__(self, pause: float = 0.0) -> None:
        self.done: list[str] = []
        self.threads: set[int] = set()
        self.pause = pause
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def work(self, value: str) -> float:
        self.begun.release()
        assert self.go.acquire(timeout=5)
        self.threads.add(threading.get_ident())
        self.done.append(value)
        return self.pause


def no_error(error: Exception) -> None:
    raise error


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def opened(work: Callable[[str], float]) -> Newest[str]:
    return Newest(work, no_error)


def test_values_that_came_in_between_are_skipped_and_the_last_one_is_not(
    workshop: Workshop,
) -> None:
    newest = opened(workshop.work)
    newest.offer("first")
    assert workshop.begun.acquire(timeout=5)
    for value in ("second", "third", "last"):
        newest.offer(value)
    workshop.go.release(2)
    assert newest.settle(5)
    assert workshop.done == ["first", "last"]
    assert workshop.threads != {threading.get_ident()}
    newest.close()


def test_it_is_settled_only_when_the_newest_value_was_worked_on(workshop: Workshop) -> None:
    newest = opened(workshop.work)
    assert newest.settle(0)
    newest.offer("value")
    assert not newest.settle(0)
    workshop.go.release()
    assert newest.settle(5)
    newest.close()


def test_a_value_offered_during_the_rest_waits_for_its_end() -> None:
    workshop = Workshop(pause=0.05)
    workshop.go.release(2)
    newest = opened(workshop.work)
    newest.offer("first")
    assert newest.settle(5)
    newest.offer("second")
    assert not newest.settle(0)
    assert newest.settle(5)
    assert workshop.done == ["first", "second"]
    newest.close()


def test_an_error_is_told_and_the_work_goes_on() -> None:
    errors: list[str] = []

    def work(value: str) -> float:
        raise ValueError(value)

    newest = Newest[str](work, lambda error: errors.append(str(error)))
    newest.offer("first")
    assert newest.settle(5)
    newest.offer("second")
    assert newest.settle(5)
    assert errors == ["first", "second"]
    newest.close()


def test_a_closed_one_takes_nothing_and_waits_for_nobody(workshop: Workshop) -> None:
    newest = opened(workshop.work)
    newest.close()
    newest.offer("late")
    assert newest.settle(0)
    assert workshop.done == []


def test_closing_in_the_middle_drops_what_waits(workshop: Workshop) -> None:
    newest = opened(workshop.work)
    newest.offer("first")
    assert workshop.begun.acquire(timeout=5)
    newest.offer("second")
    newest.close()
    workshop.go.release(2)
    assert newest.settle(5)
    newest._thread.shutdown(wait=True)
    assert workshop.done == ["first"]
