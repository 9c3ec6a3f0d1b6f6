# %% [markdown]
# # Start here
#
# A real Temporal server, a workflow that keeps state, and a look at it, in a few short cells.
# Press **Run All**; everything runs on this machine, without the internet.

# %%
import sfwnb

lab = sfwnb.Lab()

# %% [markdown]
# That card is a living Temporal server, a client, and a worker for the classes that you write
# below. It ends with this kernel.
#
# ## Define
#
# A **schema** names the kinds of entity and how they refer to each other; `[...]` means many.

# %%
bookshop = sfwnb.Schema(
    {
        "Author": {"books": ["Book"]},
        "Book": {"author": "Author"},
        "Customer": {"orders": ["Order"]},
        "Order": {"customer": "Customer", "lines": ["Line"], "shipments": ["Shipment"]},
        "Line": {"book": "Book"},
        "Shipment": {"lines": ["Line"]},
    },
    name="bookshop",
)

# %% [markdown]
# A **StatefulWorkflow** is an ordinary Temporal workflow whose state is a graph of such entities.
# `self.data` is the order itself; writing to it changes the state. An **action** is something that
# a caller may ask for, with a result (a Temporal Update).


# %%
@sfwnb.chronoforge(schema=bookshop, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    """An order, from its first line to its delivery."""

    async def execute(self) -> str:
        await self.until(lambda: self.data.status == "delivered")
        return f"order {self.id} was delivered"

    @sfwnb.action
    async def ship(self, carrier: str, express: bool = False) -> str:
        """Hand all lines to a carrier; returns the id of the shipment."""
        shipment = f"{self.id}-s{len(self.data.shipments) + 1}"
        lines = [line.id for line in self.data.lines]
        self.data.shipments.append(
            {"id": shipment, "carrier": carrier, "express": express, "lines": lines}
        )
        self.data.status = "shipped"
        print(f"{self.id} goes out with {carrier}")
        return shipment


# %% [markdown]
# ## Start
#
# The data may be nested to any depth. The workflow's id is `Order-o1`.

# %%
le_guin = {"id": "a1", "name": "Ursula K. Le Guin"}
calvino = {"id": "a2", "name": "Italo Calvino"}
dispossessed = {"id": "b1", "title": "The Dispossessed", "price": 11.5, "author": le_guin}
lathe = {"id": "b2", "title": "The Lathe of Heaven", "price": 9.0, "author": le_guin}
cities = {"id": "b3", "title": "Invisible Cities", "price": 10.0, "author": calvino}

order = lab.start(
    OrderWorkflow,
    data={
        "id": "o1",
        "status": "open",
        "customer": {"id": "c1", "name": "Ann", "city": "Lisbon"},
        "lines": [
            {"id": "o1-1", "quantity": 2, "book": dispossessed},
            {"id": "o1-2", "quantity": 1, "book": lathe},
            {"id": "o1-3", "quantity": 1, "book": cities},
        ],
        "shipments": [],
    },
)
order

# %% [markdown]
# ## Look
#
# The state is normalized: one table a kind, references as ids.

# %%
frames = order.frames()
frames

# %%
frames["Line"].join(frames["Book"], on="book")[["quantity", "title", "price"]]

# %% [markdown]
# The same state as a graph: `order.graph()` is a networkx graph, `order.draw()` its picture.

# %%
order.draw()

# %% [markdown]
# ## Signal and query
#
# A **signal** tells the workflow something; a read after it sees it.

# %%
order.signal.update(data={"id": "o1", "status": "paid"})
order.state()["Order"]

# %%
order.query.status()

# %% [markdown]
# ## Act
#
# An action has the signature that its author wrote: try `order.action.ship(` and Shift-Tab.

# %%
order.action.ship("dhl", express=True)

# %%
order.frames()["Shipment"]

# %% [markdown]
# What workflow code prints is in the log, not in whichever cell happens to run.

# %%
lab.log()

# %% [markdown]
# ## Touch
#
# A live panel: the state, its picture, and a form for everything that can be sent.

# %%
order.panel()

# %% [markdown]
# ## Break and recover
#
# This one divides by zero. Nothing is lost: Temporal keeps the workflow and retries its code.


# %%
@sfwnb.chronoforge(schema=bookshop, kind="Customer")
class LoyaltyWorkflow(sfwnb.StatefulWorkflow):
    """Points for a customer, from what an order costs on the average."""

    async def execute(self) -> float:
        self.data.points = self.data.spent / self.data.orders_so_far
        return self.data.points


customer = lab.start(LoyaltyWorkflow, data={"id": "c1", "spent": 41.5, "orders_so_far": 0})

# %% tags=["raises-exception"]
customer.result(timeout=10)

# %% [markdown]
# The error names the cell and the line. Mend the code and run the cell again: the worker takes the
# new code, and the workflow goes on where it was, within ten seconds.


# %%
@sfwnb.chronoforge(schema=bookshop, kind="Customer")
class LoyaltyWorkflow(sfwnb.StatefulWorkflow):
    """Points for a customer, from what an order costs on the average."""

    async def execute(self) -> float:
        self.data.points = self.data.spent / max(1, self.data.orders_so_far)
        return self.data.points


# %%
customer.result(timeout=30)

# %% [markdown]
# ## End
#
# `execute` said when an order ends. Here is a second one, delivered at once.

# %%
second = lab.start(OrderWorkflow, data={"id": "o2", "status": "open", "lines": []})
second.state()

# %%
second.signal.update(data={"id": "o2", "status": "delivered"})
second.result(timeout=10)

# %% [markdown]
# Everything that happened is in its history:

# %%
second.history()[["time", "type", "name"]]

# %% [markdown]
# `lab.close()` stops the server; ending the kernel does it too. To keep workflows over a restart,
# start with `sfwnb.Lab(file="shop.db")`.
