"""Which workflow classes and activities the lab's worker runs, and what a cell changed in them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from temporalio import activity

from sfwnb.cells import CellClass, Cells
from sfwnb.engine.workflow import WorkflowDefinition, describe
from sfwnb.errors import DefinitionError

Activity = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A workflow class as the worker runs it.

    Attributes:
        original: The class that the user wrote.
        cls: The class that the worker runs: an importable twin of a cell's class, else the same.
        definition: What callers may send to it.
        cell: How the twin was made, for a class that lives in a cell.
    """

    original: type
    cls: type
    definition: WorkflowDefinition
    cell: CellClass | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """Workflows and activities by the names that Temporal knows; never changed, only replaced."""

    cells: Cells
    workflows: Mapping[str, Registered] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)

    def add(self, things: Iterable[Any]) -> "Registry":
        """A registry that has these workflow classes and activity functions too.

        What a cell's class names comes with it: its activities and its child workflows.

        Raises:
            DefinitionError: Something is neither a workflow nor an activity, or has mistakes.
        """
        registry = self
        for thing in things:
            registry = registry._add_one(thing)
        return registry

    def find(self, thing: Any) -> Registered | None:
        """What is registered for a workflow class or type name, as it is written now."""
        if isinstance(thing, str):
            return self.workflows.get(thing)
        return next((each for each in self.workflows.values() if each.original is thing), None)

    def renew(self, namespace: Mapping[str, Any]) -> "Registry":
        """The registry after a cell has run: what it wrote anew replaces what was there.

        Returns:
            This very registry if the cell changed nothing in it.
        """
        registry = self
        for each in self.workflows.values():
            if each.cell is not None:
                latest = namespace.get(each.original.__name__, each.original)
                registry = registry._renew_workflow(each, latest)
        for name, function in self.activities.items():
            latest = namespace.get(getattr(function, "__name__", ""), function)
            if latest is not function and _activity_name(latest) == name:
                registry = replace(registry, activities={**registry.activities, name: latest})
        return registry

    def changed_since(self, before: "Registry") -> list[str]:
        """The names whose class or function is another one than before."""
        return [
            *(
                name
                for name, each in self.workflows.items()
                if name not in before.workflows or before.workflows[name].cls is not each.cls
            ),
            *(
                name
                for name, function in self.activities.items()
                if before.activities.get(name) is not function
            ),
        ]

    def _renew_workflow(self, known: Registered, latest: Any) -> "Registry":
        if not isinstance(latest, type) or not self.cells.lives_in_cell(latest):
            return self
        fresh = self.cells.importable(latest)
        if known.cell and fresh.fingerprint == known.cell.fingerprint:
            return self._with_workflow(_as_written_now(known, fresh))
        return self._with_cell_class(fresh)

    def _add_one(self, thing: Any) -> "Registry":
        name = _activity_name(thing)
        if name is not None:
            return replace(self, activities={**self.activities, name: thing})
        if not isinstance(thing, type):
            raise DefinitionError(
                f"{thing!r} is neither a workflow class nor an activity function: decorate it with "
                "@sfwnb.chronoforge(…), @workflow.defn or @activity.defn."
            )
        definition = describe(thing)
        if not self.cells.lives_in_cell(thing):
            return self._with_workflow(Registered(thing, thing, definition))
        known = self.workflows.get(definition.name)
        fresh = self.cells.importable(thing)
        if known and known.cell and known.cell.fingerprint == fresh.fingerprint:
            return self._with_workflow(_as_written_now(known, fresh))
        return self._with_cell_class(fresh)

    def _with_cell_class(self, cell: CellClass) -> "Registry":
        registry = self
        for twin in cell.workflows:
            definition = describe(twin)
            known = registry.workflows.get(definition.name)
            if known is None or known.cell is None:  # a twin that came with a parent is renewed
                registry = registry._with_workflow(Registered(twin, twin, definition))
        found = {_activity_name(function): function for function in cell.activities}
        activities = {name: function for name, function in found.items() if name is not None}
        registry = replace(registry, activities={**registry.activities, **activities})
        definition = describe(cell.cls)
        return registry._with_workflow(Registered(cell.original, cell.cls, definition, cell))

    def _with_workflow(self, registered: Registered) -> "Registry":
        name = registered.definition.name
        return replace(self, workflows={**self.workflows, name: registered})


def _as_written_now(known: Registered, fresh: CellClass) -> Registered:
    """The same code, but with the types of the notebook as they are now.

    A dataclass whose cell was run again is another class, and callers hand over its objects.
    """
    return replace(known, original=fresh.original, definition=describe(fresh.cls))


def _activity_name(thing: Any) -> str | None:
    # The SDK keeps what @activity.defn was told on the function; there is no public reader of it.
    if not callable(thing) or isinstance(thing, type):
        return None
    definition = activity._Definition.from_callable(thing)
    return definition.name if definition else None
