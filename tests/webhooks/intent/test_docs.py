"""docs/intents.md: its labels are those of the code, and its snippets run."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from metrone.cli import main
from metrone.webhooks.intent import LABELS

PAGE = (Path(__file__).parents[3] / "docs" / "intents.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> Iterator[str]:
    """The fenced blocks of the page in one language."""
    return (text for name, text in BLOCKS if name == language)


def test_every_label_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|$", PAGE, re.MULTILINE)
    assert dict(rows) == LABELS


def test_python_on_the_page_runs() -> None:
    for text in blocks("python"):
        exec(compile(text, "docs/intents.md", "exec"), {})


def test_commands_on_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    calls, own = blocks("json")
    Path("calls.jsonl").write_text(calls)
    Path("own.jsonl").write_text(own)
    Path("labelled.jsonl").write_text(json.dumps({"text": "my bill is wrong", "intent": "billing"}))
    commands = [line for text in blocks("sh") for line in text.splitlines()]
    assert len(commands) == 6
    monkeypatch.setenv("METRONE_DATA_DIR", str(tmp_path / "data"))
    for command in ('metrone projects create "My website"', *commands):
        done = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        assert done.stdout
