from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sfwnb.views.log import Log

NOON = datetime(2026, 11, 22, 12, 0, 0, 7_000, tzinfo=UTC)


@dataclass
class Line:
    text: str
    level: str = "INFO"
    source: str = "workflow"
    workflow_id: str = "Order-o1"
    time: datetime = NOON


def test_lines_stand_aligned_under_each_other():
    log = Log([Line("paid"), Line("late\nvery", "WARNING", "activity", "Order-o17")])

    assert repr(log).splitlines() == [
        "12:00:00.007  INFO     workflow  Order-o1   paid",
        "12:00:00.007  WARNING  activity  Order-o17  late",
        "                                            very",
    ]


def test_html_is_escaped_and_levels_have_a_class():
    html = Log([Line("<script>x", "ERROR", workflow_id="<b>")])._repr_html_()

    assert "<script>" not in html
    assert "&lt;script&gt;x" in html
    assert "&lt;b&gt;" in html
    assert 'class="sfwnb-ERROR"' in html


def test_a_level_that_is_no_word_cannot_break_out_of_its_class():
    assert '"><' not in Log([Line("x", '"><i>')])._repr_html_().split("<pre>")[1].replace(
        'class="sfwnb-dim"><', ""
    )


def test_the_last_200_lines_are_shown_with_a_word_on_the_others():
    log = Log([Line(f"line {n}") for n in range(1_500)])

    for shown in (repr(log), log._repr_html_()):
        assert "1,300 earlier lines: .frame() has them all" in shown
        assert "line 1300" in shown
        assert "line 1299" not in shown


def test_a_very_long_line_is_cut():
    assert len(repr(Log([Line("x" * 1_000_000)]))) < 2_100


def test_an_empty_log_says_so():
    assert repr(Log([])) == "Log: no lines"
    assert "No lines yet." in Log([])._repr_html_()
    assert list(Log([]).frame().columns) == ["time", "level", "source", "workflow_id", "text"]


def test_a_log_is_a_sequence_and_its_slices_are_logs():
    log = Log([Line("a"), Line("b"), Line("c")])

    assert len(log) == 3
    assert log[-1].text == "c"
    assert isinstance(log[:2], Log)
    assert [each.text for each in log[:2]] == ["a", "b"]


def test_the_frame_has_all_lines_with_times_in_utc():
    log = Log([Line("a"), Line("b", time=NOON + timedelta(hours=1))])

    frame = log.frame()

    assert list(frame["text"]) == ["a", "b"]
    assert str(frame["time"].dt.tz) == "UTC"
    assert frame["time"].diff().iloc[1] == timedelta(hours=1)
