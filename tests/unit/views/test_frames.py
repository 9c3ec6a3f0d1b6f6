from datetime import UTC, datetime

import pandas as pd
import pytest

from sfwnb.engine.state import Schema
from sfwnb.errors import UnknownKind
from sfwnb.views.frames import Frames
from tests import bookshop

SCHEMA = Schema(bookshop.BOOKSHOP, name="bookshop")
STATE = SCHEMA.normalize(bookshop.order(), kind="Order")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def frames(state=STATE, schema=SCHEMA):
    return Frames(schema, state, NOON)


def test_a_frame_holds_each_record_under_its_id_with_its_fields_in_order():
    book = frames()["Book"]

    assert book.index.name == "id"
    assert list(book.index) == ["b1", "b2", "b3"]
    assert list(book.columns) == ["title", "price", "author"]
    assert book.loc["b2"].to_dict() == {
        "title": "The Lathe of Heaven",
        "price": 9.0,
        "author": "a1",
    }


def test_relation_fields_hold_ids_and_lists_of_ids():
    order = frames()["Order"]

    assert order.loc["o1", "customer"] == "c1"
    assert order.loc["o1", "lines"] == ["o1-1", "o1-2", "o1-3"]


def test_kinds_come_in_the_order_of_the_schema_and_a_kind_it_lacks_comes_last():
    found = frames({"Ghost": {"g1": {"id": "g1", "fear": 3}}, **STATE})

    assert list(found) == [*SCHEMA.kinds, "Ghost"]
    assert found["Ghost"].loc["g1", "fear"] == 3


def test_an_empty_kind_gives_an_empty_frame_with_its_relations():
    shipment = frames()["Shipment"]

    assert shipment.empty
    assert shipment.index.name == "id"
    assert list(shipment.columns) == ["lines"]


def test_a_kind_that_nobody_has_is_refused_by_name_and_absent_for_a_mapping():
    found = frames()

    with pytest.raises(UnknownKind, match=r"No kind 'Bok' in schema 'bookshop'.*mean 'Book'\?"):
        found["Bok"]
    assert "Bok" not in found
    assert found.get("Bok") is None
    assert found.get("Bok", 7) == 7
    assert found.get("Book") is found["Book"]


def test_ids_are_text_even_if_records_hold_numbers():
    schema = Schema({"Book": {}})
    state = schema.normalize([{"id": 2, "title": "two"}, {"id": 10, "title": "ten"}], kind="Book")

    book = frames(state, schema)["Book"]

    assert list(book.index) == ["2", "10"]
    assert list(book.columns) == ["title"]


def test_parts_of_a_composite_id_stay_columns_and_a_field_called_id_is_kept_apart():
    schema = Schema({"Line": {"id": ["order", "no"]}})
    state = schema.normalize([{"order": "o1", "no": 1, "id": "mine"}], kind="Line")

    line = frames(state, schema)["Line"]

    assert list(line.columns) == ["order", "no", "id_field"]
    assert line.iloc[0].to_dict() == {"order": "o1", "no": 1, "id_field": "mine"}


def test_missing_fields_nested_values_and_records_of_nothing_fit_into_a_frame():
    state = {
        "Line": {
            "l1": {"id": "l1", "quantity": 2},
            "l2": {"id": "l2", "tags": ["a"], "size": {"x": [1, {"y": None}]}},
            "l3": {"id": "l3", "quantity": "many"},
        },
        "Ghost": {"g1": {}, "g2": {}},
    }

    found = frames(state)

    line = found["Line"]
    assert list(line.columns) == ["quantity", "tags", "size"]
    assert line.loc["l2", "size"] == {"x": [1, {"y": None}]}
    assert list(line["quantity"].isna()) == [False, True, False]
    assert found["Ghost"].shape == (2, 0)
    assert "many" in found._repr_html_()


def test_edges_name_every_reference():
    edges = frames().edges

    assert list(edges.columns) == [
        "source_kind",
        "source_id",
        "relation",
        "target_kind",
        "target_id",
    ]
    assert len(edges) == 10
    assert ("Order", "o1", "customer", "Customer", "c1") in set(edges.itertuples(index=False))
    assert frames({}).edges.shape == (0, 5)


def test_edges_read_one_many_and_map_and_pass_over_what_is_no_id():
    schema = Schema({"Shop": {"owner": "Person", "staff": {"*": "Person"}}, "Person": {}})
    relations = schema.relations("Shop")
    assert relations["staff"].cardinality == "map"
    state = {"Shop": {"s1": {"id": "s1", "owner": None, "staff": {"boss": "p1", "clerk": 2}}}}

    edges = frames(state, schema).edges

    assert list(edges["target_id"]) == ["p1", "2"]


def test_frames_are_a_snapshot_that_later_changes_do_not_touch():
    tables = {"Book": {"b1": {"id": "b1"}}}
    found = frames(tables)

    tables["Book"]["b2"] = {"id": "b2"}

    assert list(found["Book"].index) == ["b1"]
    assert found.as_of == NOON


def test_the_text_shows_kinds_with_their_counts():
    assert repr(frames()).splitlines()[:3] == [
        "Frames of 'bookshop' as of 2026-11-22 12:00:00 UTC",
        "  Author    2 rows, 1 column",
        "  Book      3 rows, 3 columns",
    ]


def test_the_html_escapes_what_users_wrote_and_cuts_long_values():
    state = {"Book": {"<b1>": {"id": "<b1>", "title": "<script>alert(1)</script>" + "x" * 5000}}}

    html = frames(state)._repr_html_()

    assert "<script>" not in html
    assert "&lt;b1&gt;" in html
    assert "&lt;script&gt;alert(1)" in html
    assert "x" * 100 not in html


def test_the_html_says_how_much_of_a_large_kind_it_shows():
    records = {
        f"l{n}": {"id": f"l{n}", **dict.fromkeys(map(str, range(30)), n)} for n in range(10_000)
    }

    html = frames({"Line": records})._repr_html_()

    assert "20 of 10,000 rows, 15 of 30 columns" in html
    assert len(html) < 60_000


def test_an_empty_state_says_so_in_words():
    assert "no entities yet" in frames({})._repr_html_()
    assert repr(frames({})).splitlines()[0].endswith(": no entities")


def test_keys_complete_in_a_notebook():
    assert frames()._ipython_key_completions_() == list(SCHEMA.kinds)


def test_frames_can_be_joined_as_pandas_users_do():
    found = frames()

    joined = found["Line"].join(found["Book"], on="book")

    assert (joined["quantity"] * joined["price"]).sum() == pytest.approx(42.0)
    assert isinstance(joined, pd.DataFrame)
