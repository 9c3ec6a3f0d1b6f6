import sys
from types import ModuleType
from typing import Any, get_type_hints

import pytest

from tests.unit.cells.notebook import Notebook


def gathered(notebook: Notebook, *lines: str, above: str = "", bases: str = "") -> ModuleType:
    """The module of a workflow whose run method has these lines."""
    body = "\n".join(f"        {line}" for line in lines or ["pass"])
    notebook.run(
        f"{above}\n@workflow.defn\nclass Order{bases}:\n"
        f"    @workflow.run\n    async def run(self):\n{body}"
    )
    return sys.modules[notebook.twin("Order").module_name]


def result(module: ModuleType) -> Any:
    try:
        module.Order().run().send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it awaits something")


def test_imports_are_imported_again(notebook: Notebook):
    notebook.run("import math as m\nfrom math import tau as t\nimport xml.dom.minidom")
    module = gathered(notebook, "return m.floor(t), xml.dom.minidom.parseString")
    assert module.m.__name__ == "math"
    assert result(module)[0] == 6
    assert "m" in vars(module)


def test_data_classes_are_the_notebooks_own(notebook: Notebook):
    notebook.run(
        """
        import enum, typing, dataclasses, collections, pydantic
        @dataclasses.dataclass
        class Line: price: int
        class Color(enum.Enum): RED = 1
        class Model(pydantic.BaseModel): x: int
        class Pair(typing.NamedTuple): a: int
        class Record(typing.TypedDict): a: int
        class Wrong(Exception): ...
        class Priced(typing.Protocol):
            def price(self): ...
        Point = collections.namedtuple("Point", "x y")
        T = typing.TypeVar("T")
        Lines = list[Line]
        Id = typing.NewType("Id", str)
        """
    )
    names = [
        "Line",
        "Color",
        "Model",
        "Pair",
        "Record",
        "Wrong",
        "Priced",
        "Point",
        "T",
        "Lines",
        "Id",
    ]
    module = gathered(notebook, f"return {', '.join(names)}")
    assert all(getattr(module, name) is notebook.names[name] for name in names)


def test_constants_and_modules_made_at_cell_time_are_handed_over(notebook: Notebook):
    notebook.run("table = {'a': object()}\nlimit: int = 3\ntotal = sum([1, 2])")
    module = gathered(notebook, "return table, limit, total")
    assert result(module) == (notebook.names["table"], 3, 3)
    assert module.table is notebook.names["table"]


def test_bases_and_mixins_of_other_cells_are_made_anew(notebook: Notebook):
    notebook.run("class Root:\n    def root(self): return 'root'")
    notebook.run("class Base(Root):\n    def base(self): return self.root() + ' base'")
    notebook.run("class Mixin: mixed = 'in'")
    module = gathered(
        notebook,
        "return super().base() + self.mixed + ' ' + ROOT",
        bases="(Mixin, Base)",
        above="ROOT = 'x'",
    )
    assert result(module) == "root basein x"
    assert module.Base is not notebook.names["Base"]
    assert module.Root in module.Base.__mro__
    assert notebook.names["Root"] not in module.Order.__mro__


def test_decorators_defined_in_cells_run_before_what_they_decorate(notebook: Notebook):
    notebook.run(
        """
        def twice(cls):
            cls.times = count()
            return cls
        def count():
            return len(items())
        def items():
            return [1, 2]
        """
    )
    module = gathered(notebook, "return self.times", above="@twice")
    assert result(module) == 2
    assert module.Order is not notebook.names["Order"]


def test_a_decorator_may_return_another_class(notebook: Notebook):
    notebook.run(
        """
        def wrapped(cls):
            class Wrapped(cls):
                extra = 1
            Wrapped.__name__ = Wrapped.__qualname__ = cls.__name__
            return Wrapped
        """
    )
    notebook.run("@wrapped\nclass Part:\n    own = 2")
    module = gathered(notebook, "return Part.extra, Part.own")
    assert result(module) == (1, 2)
    assert module.Part is not notebook.names["Part"]


@pytest.mark.parametrize(
    ("definitions", "expression", "expected"),
    [
        ("double = lambda n: n * 2", "double(4)", 8),
        ("def add(a, b): return a + b\nplus = functools.partial(add, 1)", "plus(2)", 3),
        ("@functools.cache\ndef f(n): return n + 1", "f(1)", 2),
        ("def f(n): return n + 1\nf = functools.cache(f)", "f(1)", 2),
        ("def slow(n): return n\nfast = functools.lru_cache(slow)", "fast(3)", 3),
        ("def f(n): return n\ng = f", "g(5)", 5),
        (
            "def maker(k):\n    def inner(n): return n * k\n    return inner\nf = maker(3)",
            "f(2)",
            6,
        ),
        (
            "def log(f):\n    @functools.wraps(f)\n    def w(*a): return ['log', f(*a)]\n"
            "    return w\n@log\ndef f(n): return n",
            "f(1)",
            ["log", 1],
        ),
        ("def plain(f): return lambda n: -f(n)\n@plain\ndef f(n): return n", "f(1)", -1),
        (
            "class memo:\n    def __init__(self, f): self.f = f\n"
            "    def __call__(self, n): return self.f(n) + 10\n@memo\ndef f(n): return n",
            "f(1)",
            11,
        ),
        (
            "@functools.singledispatch\ndef f(x): return 'other'\n"
            "@f.register\ndef _(x: int): return 'int'\n@f.register(str)\ndef g(x): return 'str'",
            "[f(1), f('a'), f([])]",
            ["int", "str", "other"],
        ),
        ("class A:\n    a = 1\nclass A(A):\n    b = 2", "(A.a, A.b)", (1, 2)),
        ("class Box(typing.Generic[T]):\n    def get(self): return T", "Box().get().__name__", "T"),
    ],
)
def test_functions_and_classes_are_made_anew_however_they_came_about(
    notebook: Notebook, definitions: str, expression: str, expected: object
):
    notebook.run("import functools, typing\nT = typing.TypeVar('T')")
    notebook.run(definitions)
    module = gathered(notebook, f"return {expression}")
    assert result(module) == expected
    name = expression.strip("([").partition("(")[0].partition(".")[0]
    assert getattr(module, name) is not notebook.names[name]


def test_the_builtins_that_ipython_replaced_are_pythons_own_again(notebook: Notebook):
    module = gathered(notebook, "return open")
    assert notebook.names["open"] is not open
    assert result(module) is open


def test_async_helpers_are_made_anew(notebook: Notebook):
    notebook.run("async def wait(): return 'waited'")
    module = gathered(notebook, "return await wait()")
    assert result(module) == "waited"
    assert module.wait is not notebook.names["wait"]


def test_a_helper_defined_again_later_wins(notebook: Notebook):
    notebook.run("def f(): return 'old'")
    notebook.run("def f(): return 'new'")
    assert result(gathered(notebook, "return f()")) == "new"


def test_of_two_helpers_with_one_name_in_a_cell_the_living_one_is_taken(notebook: Notebook):
    notebook.run("def f(): return 'old'\ndef f(): return 'new'\ng = f\ndef f(): return 'newest'")
    assert result(gathered(notebook, "return f()")) == "newest"


def test_a_definition_in_a_cell_that_failed_before_it_is_not_taken(notebook: Notebook):
    notebook.run("def f(): return 'good'")
    with pytest.raises(ZeroDivisionError):
        notebook.run("1 / 0\ndef f(): return 'never run'")
    assert result(gathered(notebook, "return f()")) == "good"


def test_local_names_are_not_gathered(notebook: Notebook):
    notebook.run("def price(): ...\norders = []")
    module = gathered(notebook, "price = 1", "return [orders for orders in [price]]")
    assert not hasattr(module, "price")
    assert not hasattr(module, "orders")


def test_other_workflows_become_twins_in_the_same_module(notebook: Notebook):
    notebook.run(
        """
        @workflow.defn
        class Shipment:
            @workflow.run
            async def run(self): return Return
        @workflow.defn
        class Return:
            @workflow.run
            async def run(self): ...
        """
    )
    module = gathered(notebook, "return Shipment, Order")
    found = notebook.twin("Order")
    assert {twin.__name__ for twin in found.workflows} == {"Shipment", "Return"}
    assert {twin.__module__ for twin in found.workflows} == {found.module_name}
    assert result(sys.modules[found.module_name]) == (
        sys.modules[found.module_name].Shipment,
        found.cls,
    )
    assert module.Shipment is not notebook.names["Shipment"]
    assert notebook.twin("Shipment").cls not in found.workflows


def test_the_activities_that_the_code_names_are_listed_as_they_are(notebook: Notebook):
    notebook.run(
        """
        import types, sys
        @activity.defn
        async def charge(): ...
        @activity.defn
        async def unused(): ...
        class Mails:
            @activity.defn
            async def send(self): ...
        mails = Mails()
        module = types.ModuleType("shop_activities")
        module.pack = activity.defn(lambda: None)
        sys.modules["shop_activities"] = module
        import shop_activities
        """
    )
    gathered(
        notebook,
        "return charge, helper(), mails.send, Mails",
        above="def helper(): return shop_activities.pack",
    )
    found = notebook.twin("Order").activities
    names = notebook.names
    assert set(found) == {names["charge"], names["mails"].send, names["module"].pack}
    del sys.modules["shop_activities"]


def test_hints_lead_to_the_notebooks_own_dataclass(notebook: Notebook):
    for cell in ("", "from __future__ import annotations"):
        notebook.run(
            f"""
            {cell}
            from dataclasses import dataclass
            @dataclass
            class Line: price: int
            @workflow.defn
            class Order:
                @workflow.run
                async def run(self, lines: list[Line], other: "Line") -> "dict[str, Line]": ...
            """
        )
        line = notebook.names["Line"]
        hints = get_type_hints(notebook.twin("Order").cls.run)
        assert hints == {"lines": list[line], "other": line, "return": dict[str, line]}


def test_a_future_import_of_an_earlier_cell_still_holds(notebook: Notebook):
    notebook.run("from __future__ import annotations")
    notebook.run(
        """
        @workflow.defn
        class Order:
            def link(self) -> NotYetThere: ...
            @workflow.run
            async def run(self) -> None: ...
        """
    )
    assert notebook.twin("Order").cls.link.__annotations__ == {"return": "NotYetThere"}


def test_a_class_known_by_another_name_only_is_found(notebook: Notebook):
    gathered(notebook, "return 'found'")
    notebook.run("Parcel = Order\ndel Order")
    assert result(sys.modules[notebook.twin("Parcel").module_name]) == "found"


def test_a_class_that_was_redefined_is_still_found_in_its_old_cell(notebook: Notebook):
    gathered(notebook, "return 'old'")
    old = notebook.names["Order"]
    gathered(notebook, "return 'new'")
    assert result(sys.modules[notebook.cells.importable(old).module_name]) == "old"
    assert result(sys.modules[notebook.twin("Order").module_name]) == "new"


def test_a_class_without_any_method_is_found_by_its_name(notebook: Notebook):
    notebook.run("class Base:\n    x = 1")
    notebook.run("class Empty(Base): pass")
    found = notebook.cells.importable(notebook.names["Empty"])
    assert found.cls is not found.original
    assert found.cls.x == 1


def test_cells_with_magics_shell_lines_and_top_level_await_can_be_read(notebook: Notebook):
    notebook.shell.autoawait = True
    notebook.run(
        """
        %config InteractiveShell.autoawait = True
        import asyncio
        waited = await asyncio.sleep(0, "waited")
        def after(): return "magic"
        """
    )
    module = gathered(notebook, "return after(), waited", above="names = %who_ls")
    assert result(module) == ("magic", "waited")


def test_classes_and_helpers_below_a_cell_magic_are_found(notebook: Notebook):
    notebook.run("%%time\ndef after(): return 'timed'")
    notebook.run("%%capture\ndef then(): return 'captured'")
    module = gathered(notebook, "return after(), then()")
    assert result(module) == ("timed", "captured")
    assert module.after.__code__.co_firstlineno == 2
    notebook.run(
        """
        %%time
        @workflow.defn
        class Timed:
            @workflow.run
            async def run(self): ...
        """
    )
    assert notebook.twin("Timed").place == "Cell In[5], line 3"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is of Python 3.12")
def test_type_parameters_and_type_statements_are_understood(notebook: Notebook):
    notebook.run("class Limit: ...\ndef keep(f): return f\ntype Lines = list[Limit]")
    notebook.run("@keep\ndef first[T: Limit](items: list[T]) -> T: return items[0]")
    notebook.run("class Box[T](list[T]):\n    def get(self) -> T: return first(self)")
    module = gathered(notebook, "return Box[int]([7]).get(), Lines")
    assert result(module) == (7, notebook.names["Lines"])
    assert module.first.__type_params__[0].__bound__ is module.Limit


def test_workflow_init_and_handlers_live_in_the_twin(notebook: Notebook):
    notebook.run(
        """
        @workflow.defn
        class Order:
            @workflow.init
            def __init__(self, start: int) -> None:
                self.count = start
            @workflow.run
            async def run(self, start: int) -> int:
                return self.count
            @workflow.signal
            def add(self, n: int) -> None: self.count += n
            @workflow.query
            def total(self) -> int: return self.count
            @workflow.update
            def change(self, n: int) -> int: return n
            @change.validator
            def check(self, n: int) -> None: ...
        """
    )
    order = notebook.twin("Order").cls(3)
    order.add(4)
    assert order.total() == 7
