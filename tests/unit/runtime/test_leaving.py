from sfwnb.runtime import leaving
from sfwnb.runtime.leaving import before_exit


def test_functions_are_called_last_first_and_once(monkeypatch):
    monkeypatch.setattr(leaving._leaving, "functions", [])
    called = []
    for name in ("loop", "server", "lab"):
        before_exit(lambda name=name: called.append(name))
    leaving._leaving.run()
    leaving._leaving.run()
    assert called == ["lab", "server", "loop"]


def test_a_function_that_was_taken_back_is_not_called(monkeypatch):
    monkeypatch.setattr(leaving._leaving, "functions", [])
    called = []
    take_back = before_exit(lambda: called.append("lab"))
    take_back()
    take_back()
    leaving._leaving.run()
    assert called == []


def test_a_forked_child_calls_nothing_of_its_parent(monkeypatch):
    called = []
    monkeypatch.setattr(leaving._leaving, "functions", [lambda: called.append("lab")])
    monkeypatch.setattr(leaving.os, "getpid", lambda: -1)
    leaving._leaving.run()
    assert called == []
