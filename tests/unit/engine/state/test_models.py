import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal, Optional

import pydantic
import pytest

from sfwnb.engine.state import Schema, relation
from sfwnb.errors import DefinitionError, StateError


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(Enum):
    SMALL = 1
    WEIRD = 1.5


@dataclass
class Address:
    city: str


@dataclass
class User:
    id: str
    name: str = ""
    listings: list["Listing"] = field(default_factory=list)
    best: "Listing | None" = None
    by_name: dict[str, "Listing"] | None = None


@dataclass
class Listing:
    __id__ = ("user_id", "no")
    user_id: str
    no: int
    user: Annotated[User | str, relation(on_delete="cascade")]
    price: float = 0.0


class PydanticUser(pydantic.BaseModel):
    id: str
    name: str = ""
    listings: "list[PydanticListing]" = []
    best: "PydanticListing | None" = None
    by_name: "Mapping[str, PydanticListing | str]" = {}


class PydanticListing(pydantic.BaseModel):
    __id__ = ("user_id", "no")
    user_id: str
    no: int
    user: Annotated[PydanticUser, relation(on_delete="cascade")]
    price: float = 0.0


DICT = {
    "User": {"listings": ["Listing"], "best": "Listing", "by_name": {"*": "Listing"}},
    "Listing": {"id": ["user_id", "no"], "user": {"to": "User", "on_delete": "cascade"}},
}
YAML = """
User:
  listings: [Listing]
  best: Listing
  by_name: {"*": Listing}
Listing:
  id: [user_id, no]
  user: {to: User, on_delete: cascade}
"""


def renamed(schema: Schema) -> Schema:
    """A schema of Pydantic... models under the names of the dataclasses."""
    text = repr(schema.to_json()["kinds"]).replace("Pydantic", "")
    return Schema(eval(text))


def test_all_four_ways_to_write_a_schema_give_the_same():
    schema = Schema(DICT, name="market")
    dataclasses = Schema.from_models(User, Listing, name="market")
    assert dataclasses == schema
    assert Schema.from_yaml(YAML, name="market") == schema
    assert renamed(Schema.from_models(PydanticUser, PydanticListing)) == schema
    assert dataclasses.name == "market"


def test_the_types_of_models_are_kept():
    models = Schema.from_models(User, Listing).to_json()["kinds"]
    assert models["User"]["id"] == {"id": "str"}
    assert models["User"]["name"] == "str"
    assert models["Listing"]["id"] == {"user_id": "str", "no": "int"}
    assert models["Listing"]["price"] == "float"
    pydantic_models = Schema.from_models(PydanticUser, PydanticListing)
    assert renamed(pydantic_models).to_json()["kinds"] == models


def test_typed_records_are_checked():
    schema = Schema.from_models(User, Listing)
    with pytest.raises(StateError, match=r"Listing 'u:1'\.price is 'x': expected float"):
        schema.normalize(
            {"id": "u", "listings": [{"user_id": "u", "no": 1, "price": "x"}]}, kind="User"
        )


@dataclass
class Thing:
    id: int
    color: Color
    size: Size
    mode: Literal["a", 1, None, Color.RED]
    when: dt.datetime | None
    day: dt.date
    key: uuid.UUID
    money: Decimal
    address: Address
    parts: tuple[int, ...]
    pair: tuple[int, str]
    tags: set[str]
    plain: list
    names: Sequence[str]
    either: int | str
    union: Optional[int]  # noqa: UP045  # people write it
    anything: Any
    noted: Annotated[int, "a note"]
    free: dict
    counts: dict[str, int]
    odd: dict[str, Any]
    many: list[Any]
    unknown: object
    classes: "list[type]"
    called: Callable[[], int]


def test_every_other_annotation_becomes_the_type_of_its_json():
    kind = Schema.from_models(Thing).to_json()["kinds"]["Thing"]
    assert kind == {
        "id": {"id": "int"},
        "color": "'red' | 'blue'",
        "size": "any",
        "mode": "'a' | 1 | None | 'red'",
        "when": "str | None",
        "day": "str",
        "key": "str",
        "money": "str",
        "address": "dict",
        "parts": "list[int]",
        "pair": "list[int | str]",
        "tags": "list[str]",
        "plain": "list",
        "names": "list[str]",
        "either": "int | str",
        "union": "int | None",
        "anything": "any",
        "noted": "int",
        "free": "dict",
        "counts": "dict[str, int]",
        "odd": "dict[str, any]",
        "many": "list",
        "unknown": "any",
        "classes": "list",
        "called": "any",
    }


@dataclass
class Open:
    __open__ = True
    id: str
    n: int
    pair: Annotated[list[Annotated["Open", "x"]], relation(orphans="delete", on_delete="keep")]


class Extra(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    id: str
    n: int


def test_models_can_be_open_and_own():
    schema = Schema.from_models(Open, Extra)
    assert schema.normalize([{"id": "1", "n": "x"}], kind="Open") == {
        "Open": {"1": {"id": "1", "n": "x"}}
    }
    assert schema.kind("Extra").open
    pair = schema.relations("Open")["pair"]
    assert (pair.orphans, pair.on_delete, pair.owns) == ("delete", "keep", True)


def test_a_policy_has_to_be_one():
    with pytest.raises(ValueError, match="explode"):
        relation(on_delete="explode")


@dataclass
class NoId:
    name: str


@dataclass
class Lost:
    id: str
    other: "Nowhere"  # noqa: F821  # what the test is about


def test_all_mistakes_of_models_are_reported_at_once():
    again = type("User", (), {"__annotations__": {"id": str}})
    with pytest.raises(DefinitionError) as caught:
        Schema.from_models(User, dataclass(again), NoId, Lost, int, "User", name="bad")
    text = str(caught.value)
    assert text.startswith("Schema 'bad' from models:")
    for part in (
        "<class 'int'> is neither a dataclass nor a pydantic model",
        "'User' is neither a dataclass nor a pydantic model",
        "Two models are called User",
        "NoId cannot be read: it has no id field id",
        "Lost cannot be read: name 'Nowhere' is not defined",
    ):
        assert part in text


def test_models_made_without_a_module_are_read():
    made = type("Made", (), {"__annotations__": {"id": str}, "__module__": "nowhere"})
    assert Schema.from_models(dataclass(made)).kinds == ("Made",)


def test_in_yaml_no_is_a_name_and_true_is_true():
    schema = Schema.from_yaml("Line:\n  id: [order, no]\n  open: true\n  on: str")
    assert schema.id_fields("Line") == ("order", "no")
    assert schema.kind("Line").open
    assert schema.to_json()["kinds"]["Line"]["on"] == "str"


def test_yaml_that_cannot_be_read_is_refused():
    with pytest.raises(DefinitionError, match="Schema 'y' cannot be read as YAML"):
        Schema.from_yaml("a: [", name="y")
    with pytest.raises(DefinitionError, match="expected its kinds"):
        Schema.from_yaml("- a")
    with pytest.raises(DefinitionError, match="cannot be read as YAML"):
        Schema.from_yaml("A: !!python/object/apply:os.getcwd []")


def test_without_pyyaml_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(DefinitionError, match=r"pip install 'sfwnb\[state\]'"):
        Schema.from_yaml("A: {}")
