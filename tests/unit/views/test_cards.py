from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from sfwnb.views.cards import Card, Code, Link, Problem

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CARD = Card(
    "OrderWorkflow",
    status="TASK FAILING",
    rows=[
        ("workflow id", Code("Order-o1")),
        ("Web UI", Link("http://127.0.0.1:8233/o1")),
        ("registered", ["OrderWorkflow", Code("ShipmentWorkflow")]),
    ],
    notes=["already running since 10:02"],
    error=Problem("no <stock>", "ValueError", "Cell In[4], line 12", "total(order)"),
    as_of=NOON,
)


class Balance(HTMLParser):
    """Whether every element that was opened is closed."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_text_has_a_line_for_each_thing():
    assert CARD.text().splitlines() == [
        "OrderWorkflow · TASK FAILING",
        "  workflow id  Order-o1",
        "  Web UI       http://127.0.0.1:8233/o1",
        "  registered   OrderWorkflow",
        "               ShipmentWorkflow",
        "  already running since 10:02",
        "  ValueError: no <stock>",
        "    Cell In[4], line 12",
        "    total(order)",
        "  as of 2026-11-22 12:00:00 UTC",
    ]
    assert repr(CARD) == CARD.text()


def test_the_html_holds_the_same_in_balanced_elements():
    html = CARD._repr_html_()

    balance = Balance()
    balance.feed(html)
    assert balance.open == []
    for words in ("TASK FAILING", "Order-o1", "Cell In[4], line 12", "total(order)", "12:00:00"):
        assert words in html
    assert '<a href="http://127.0.0.1:8233/o1" target="_blank"' in html


@pytest.mark.parametrize(
    "card",
    [
        Card("<script>x"),
        Card("t", status="<script>x"),
        Card("t", rows=[("<script>x", "<script>x")]),
        Card("t", rows=[("a", Code("<script>x")), ("b", ["<script>x"])]),
        Card("t", rows=[("a", Link('http://h/"><script>x', "<script>x"))]),
        Card("t", notes=["<script>x"]),
        Card("t", error=Problem("<script>x", "<script>x", "<script>x", "<script>x")),
    ],
)
def test_nothing_that_is_shown_becomes_markup(card):
    assert "<script>" not in card.html()
    assert "&lt;script&gt;x" in card.html()


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "file:///etc", "//[x"])
def test_only_web_addresses_become_links(href):
    html = Card("t", rows=[("Web UI", Link(href, "open"))]).html()

    assert "<a " not in html
    assert "open (" in html


def test_a_status_has_its_colour_and_an_unknown_one_is_grey():
    def chip(status):
        return Card("t", status=status).html().split("background: #")[1][:6]

    assert len({chip(s) for s in ("RUNNING", "COMPLETED", "PAUSED", "FAILED")}) == 4
    assert chip("FAILED") == chip("LOST") == chip("TASK FAILING") == chip("TIMED_OUT")
    assert chip("WHATEVER") == chip("UNKNOWN") != chip("FAILED")


def test_a_card_of_a_title_alone_shows_nothing_else():
    assert Card("Lab").text() == "Lab"
    assert "<table" not in Card("Lab").html()


def test_a_row_of_no_values_is_an_empty_row():
    assert Card("Lab", rows=[("registered", [])]).text() == "Lab\n  registered"
    assert "<td></td>" in Card("Lab", rows=[("registered", [])]).html()


def test_an_error_of_several_lines_stays_indented():
    card = Card("Lab", error=Problem("one\ntwo"))

    assert card.text() == "Lab\n  one\n  two"
