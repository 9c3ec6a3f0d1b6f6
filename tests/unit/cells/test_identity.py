import sys

from tests.unit.cells.notebook import Notebook

ORDER = """
@workflow.defn
class Order:
    @workflow.run
    async def run(self): return {0}
"""


def test_the_class_of_a_handed_over_object_is_handed_over_too(notebook: Notebook):
    notebook.run("class Cart:\n    def add(self): ...\ncart = Cart()\ncarts = [cart]")
    for names in ("Cart, cart", "Cart, carts"):
        notebook.run(ORDER.format(names))
        module = sys.modules[notebook.twin("Order").module_name]
        assert module.Cart is notebook.names["Cart"]


def test_a_class_that_no_handed_over_object_knows_is_made_anew(notebook: Notebook):
    notebook.run("class Cart:\n    def add(self): ...\nother = 3")
    notebook.run(ORDER.format("Cart, other"))
    module = sys.modules[notebook.twin("Order").module_name]
    assert module.Cart is not notebook.names["Cart"]


def test_what_a_data_class_inherits_and_annotates_is_handed_over(notebook: Notebook):
    notebook.run(
        """
        from dataclasses import dataclass
        class Base:
            def price(self): return 1
        class Money:
            def amount(self): return 2
        @dataclass
        class Line(Base):
            paid: list[Money]
        """
    )
    notebook.run(ORDER.format("Line, Base, Money"))
    module = sys.modules[notebook.twin("Order").module_name]
    assert issubclass(module.Line, module.Base)
    assert module.Money is notebook.names["Money"]


def test_a_workflow_stays_a_twin_even_where_data_name_it(notebook: Notebook):
    notebook.run(ORDER.replace("Order", "Shipment").format("1"))
    notebook.run("ALL = [Shipment]")
    notebook.run(ORDER.format("Shipment, ALL"))
    module = sys.modules[notebook.twin("Order").module_name]
    assert module.Shipment is not notebook.names["Shipment"]
