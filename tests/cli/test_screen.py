"""What commands print."""

from datetime import UTC, datetime

import pytest

from metrone.cli.screen import print_json, print_table, show_time


def test_print_json_is_one_ascii_line_when_there_are_times_and_letters(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "ü\n", "at": datetime(2026, 3, 14, 15, 9, 26, 5, tzinfo=UTC), "none": None})
    assert capsys.readouterr().out == '{"name": "\\u00fc\\n", "at": "2026-03-14T15:09:26+00:00", "none": null}\n'


def test_print_json_refuses_when_a_value_is_no_json() -> None:
    with pytest.raises(TypeError, match="bytes is no JSON"):
        print_json({"secret": b"x"})


def test_print_table_keeps_ids_whole_and_markup_as_text_when_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("id", "name"), [("key_aaaaaaaaaaaaaaaa", "[red]Shop[/red] [link=https://evil.example]x[/link]")])
    out = capsys.readouterr().out
    assert "key_aaaaaaaaaaaaaaaa" in out
    assert "[red]Shop[/red] [link=https://evil.example]x[/link]" in out


def test_show_time_is_a_dash_when_there_is_none() -> None:
    assert (show_time(None), show_time(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))) == ("–", "2026-03-04 05:06 UTC")
