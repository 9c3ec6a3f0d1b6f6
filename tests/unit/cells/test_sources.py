import linecache

import pytest

from sfwnb.cells.sources import Source, Sources
from tests.unit.cells.notebook import Notebook


def parse(text: str) -> Source:
    return Source.parse("cell", text.splitlines(keepends=True))


def test_statements_below_if_try_and_with_count_and_those_in_functions_do_not():
    source = parse(
        "if True:\n    a = 1\ntry:\n    import b\nexcept ImportError:\n    b = None\n"
        "with x:\n    def c(): d = 1\n"
    )
    assert [len(source.binding(name)) for name in "abcd"] == [1, 2, 1, 0]


def test_every_kind_of_binding_is_known():
    source = parse(
        "import a.b\nimport c.d as e\nfrom f import g as h\nfrom i import *\n(j, [k, *l]) = m\n"
        "n: int = 1\no: int\nasync def p(): ...\nclass q: ...\n"
    )
    bound = [name for statement in source.statements for name in statement.names()]
    assert bound == ["a", "e", "h", "*", "j", "k", "l", "n", "p", "q"]


def test_imports_passed_through_are_told_from_others():
    source = parse(
        "import a\nwith workflow.unsafe.imports_passed_through():\n    import b\n"
        "with imports_passed_through():\n    from c import d\nwith other():\n    import e\n"
    )
    through = {name: source.binding(name)[0].passed_through for name in "abde"}
    assert through == {"a": False, "b": True, "d": True, "e": False}


def test_a_decorated_statement_spans_its_decorators():
    statement = parse("x = 1\n@a\n@b\ndef f():\n    pass\n").binding("f")[0]
    assert [line for line in range(1, 7) if statement.spans(line)] == [2, 3, 4, 5]


def test_a_cell_that_is_no_python_has_no_statements():
    assert parse("def f(:\n").statements == []


def test_top_level_await_can_be_read():
    assert len(parse("x = await f()\ndef g(): ...\n").binding("g")) == 1


def test_a_changed_text_under_the_same_name_is_read_again(monkeypatch: pytest.MonkeyPatch):
    sources = Sources({})
    for name in "ab":
        entry = (1, None, [f"{name} = 1\n"], "<same name>")
        monkeypatch.setitem(linecache.cache, "<same name>", entry)
        assert len(sources.of("<same name>").binding(name)) == 1


def test_the_newest_cell_is_last_also_when_an_old_one_is_run_again(notebook: Notebook):
    sources = Sources(notebook.names)
    notebook.run("x = 'first'")
    notebook.run("x = 'second'")
    sources.refresh()
    assert [s.place for s in sources.binding("x")] == ["Cell In[2], line 1", "Cell In[3], line 1"]
    notebook.shell.compile._filename_map[sources.binding("x")[0].filename] = 9
    sources.refresh()
    assert [s.place for s in sources.binding("x")] == ["Cell In[3], line 1", "Cell In[9], line 1"]


def test_the_body_of_a_cell_magic_is_read_with_the_lines_of_the_cell(notebook: Notebook):
    notebook.run("%%time\nimport json as j\nlimit = 1")
    sources = Sources(notebook.names)
    sources.refresh()
    found = sources.binding("limit")
    assert [s.place for s in found] == ["Cell In[2], line 3"]
