"""Tables of a state: what changed is marked with what it was, and the rest is left alone."""

from typing import Any

from sfwnb.widgets.tables import Page, StateTables, table_html

BOOKS: dict[str, Any] = {
    "b1": {"id": "b1", "title": "The Dispossessed", "price": 11.5, "tags": ["sf", "utopia"]},
    "b2": {"id": "b2", "title": "Invisible Cities", "price": None, "tags": []},
}


def rows(body: str) -> list[str]:
    return body.split("<tbody>")[1].split("</tbody>")[0].removesuffix("</tr>").split("</tr>")


def bodies(tables: StateTables) -> list[str]:
    return [child.value for child in tables.widget.children]


def test_a_table_has_the_ids_as_index_and_the_fields_as_columns() -> None:
    body = table_html(Page("Book", BOOKS, 2))
    assert "<tr><th></th><th>title</th><th>price</th><th>tags</th></tr>" in body
    assert rows(body) == [
        '<tr><th>b1</th><td>The Dispossessed</td><td class="sfwnb-number">11.5</td>'
        "<td>sf, utopia</td>",
        '<tr><th>b2</th><td>Invisible Cities</td><td class="sfwnb-quiet">null</td><td></td>',
    ]


def test_an_id_that_is_not_the_index_is_a_column() -> None:
    body = table_html(Page("Line", {"o1:1": {"id": 7, "no": 1}}, 1))
    assert "<th>id</th><th>no</th>" in body


def test_markup_in_ids_names_and_values_stays_text() -> None:
    record = {"id": "<i>", "<b>": "<script>alert(1)</script>" + "x" * 60, "n": {"<u>": 1}}
    body = table_html(Page("<k>", {"<i>": record}, 1), Page("<k>", {"<i>": {"n": '"><s>'}}, 1))
    for tag in ("<i>", "<b>", "<script>", "<u>", "<k>", "<s>", '"><'):
        assert tag not in body.replace('"sfwnb-changed" title="', "").replace('"sfwnb-rows">', "")


def test_a_changed_cell_is_marked_and_says_what_it_was() -> None:
    before = Page("Book", BOOKS, 2)
    after = Page("Book", {**BOOKS, "b1": {**BOOKS["b1"], "price": 9.0}}, 2)
    first, second = rows(table_html(after, before))
    assert '<td class="sfwnb-changed sfwnb-number" title="before: 11.5">9.0</td>' in first
    assert "sfwnb-changed" not in second


def test_a_field_that_appeared_says_that_there_was_nothing() -> None:
    before = Page("Book", {"b1": {"id": "b1"}}, 1)
    after = Page("Book", {"b1": {"id": "b1", "lent": True}}, 1)
    assert 'title="before: (nothing)">true</td>' in table_html(after, before)


def test_new_rows_are_marked_and_deleted_ones_are_named() -> None:
    before = Page("Book", {"b1": BOOKS["b1"]}, 1)
    after = Page("Book", {"b2": BOOKS["b2"]}, 1)
    assert rows(table_html(after, before))[0].startswith('<tr class="sfwnb-new" title="new">')
    gone = table_html(Page("Book", {}, 0), before)
    assert "Deleted: b1." in gone


def test_many_rows_are_cut_and_counted_in_words() -> None:
    state = {"Book": {f"b{n}": {"id": f"b{n}", "n": n} for n in range(10_000)}}
    body = table_html(Page.of(state, "Book"))
    assert len(rows(body)) == 200
    assert "The first 200 of 10,000 rows." in body


def test_long_values_are_cut_and_stand_whole_in_the_tooltip() -> None:
    body = table_html(Page("Book", {"b1": {"id": "b1", "text": "x" * 100}}, 1))
    assert f'title="{"x" * 100}">{"x" * 59}…</td>' in body


def test_a_kind_without_entities_says_so() -> None:
    assert "No Book yet." in table_html(Page("Book"))


def test_only_kinds_that_changed_are_rendered_again() -> None:
    tables = StateTables(["Book", "Author"])
    state = {"Book": BOOKS, "Author": {"a1": {"id": "a1", "name": "Ursula"}}}
    tables.show(state)
    writes: list[str] = []
    for kind, child in zip(["Book", "Author"], tables.widget.children, strict=True):
        child.observe(lambda _, kind=kind: writes.append(kind), "value")
    tables.show({**state, "Author": {"a1": {"id": "a1", "name": "Ursula K."}}})
    assert writes == ["Author"]
    assert "before: Ursula" in bodies(tables)[1]
    assert tables.widget.titles == ("Book 2", "Author 1 •")


def test_a_mark_lasts_until_the_next_change() -> None:
    tables = StateTables(["Book", "Author"])
    state: dict[str, Any] = {"Book": BOOKS, "Author": {}}
    tables.show(state)
    changed = {**state, "Book": {**BOOKS, "b1": {**BOOKS["b1"], "price": 1.0}}}
    tables.show(changed)
    assert tables.show(changed) == 0
    assert "sfwnb-changed" in bodies(tables)[0]
    tables.show({**changed, "Author": {"a1": {"id": "a1"}}})
    assert "sfwnb-changed" not in bodies(tables)[0]
    assert "sfwnb-new" in bodies(tables)[1]


def test_the_first_state_marks_nothing() -> None:
    tables = StateTables(["Book"])
    tables.show({"Book": BOOKS})
    assert "sfwnb-new" not in bodies(tables)[0]
    assert tables.widget.titles == ("Book 2",)


def test_a_kind_that_appears_later_gets_a_tab() -> None:
    tables = StateTables([])
    tables.show({})
    tables.show({"Book": BOOKS})
    assert tables.widget.titles == ("Book 2 •",)
    assert tables.widget.selected_index == 0


def test_before_the_first_state_the_tables_say_that_they_wait() -> None:
    tables = StateTables(["Book"])
    assert bodies(tables) == ['<p class="sfwnb-quiet">Waiting for the state…</p>']
    assert tables.widget.titles == ("Book",)
    tables.show({})
    assert "No Book yet." in bodies(tables)[0]
    assert tables.widget.titles == ("Book 0",)
