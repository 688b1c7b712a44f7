"""`metrone intents`: lines in, verdicts out; a file judged."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Spawn

EVALUATION = Path(__file__).parents[1] / "webhooks" / "intent" / "evaluation.jsonl"


def write_lines(path: Path, *lines: object) -> str:
    """A file of JSON lines; gives its name."""
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return str(path)


def test_conversations_are_classified(run: Run, tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "calls.jsonl",
        {"text": "Agent: Hello.\nCaller: I want to book an appointment for Tuesday", "kind": "call"},
        {"text": "", "kind": "chat"},
        {"text": None, "kind": "chat", "platform_intent": "refund_request"},
        {"text": "my bill \ud800\x00 is wrong", "tags": ["a", 7]},
        "",
        {"kind": "call"},
    )
    done = run("intents", "classify", file)
    assert done.exit_code == 0, done.output
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [verdict["intent"] for verdict in verdicts] == ["scheduling", "other", "refund_return", "billing", "other"]
    assert [verdict["origin"] for verdict in verdicts] == ["model", "rules", "platform", "model", "rules"]
    assert all(set(verdict) == {"intent", "confidence", "second", "origin"} for verdict in verdicts)


def test_own_intents_are_known_when_examples_are_given(run: Run, tmp_path: Path) -> None:
    texts = ("refill my heart pills", "renew my prescription", "I need more insulin")
    examples = write_lines(tmp_path / "own.jsonl", *({"intent": "refill", "text": text} for text in texts))
    file = write_lines(tmp_path / "calls.jsonl", {"text": "can you renew my prescription for the pills"})
    done = run("intents", "classify", file, "--examples", examples)
    assert json.loads(done.stdout)["intent"] == "refill"


@pytest.mark.parametrize("line", ["{", "[]", '"text"', '{"text": 7}', "[" * 100_000])
def test_line_that_is_no_conversation_is_named(run: Run, tmp_path: Path, line: str) -> None:
    done = run("intents", "classify", write_lines(tmp_path / "calls.jsonl", {"text": "hello"}, line))
    assert done.exit_code == 2
    assert "Line 2" in done.stderr


def test_bad_examples_are_refused(run: Run, tmp_path: Path) -> None:
    examples = write_lines(tmp_path / "own.jsonl", {"intent": "refill", "text": "more pills"})
    done = run("intents", "classify", "-", "--examples", examples)
    assert done.exit_code == 2
    assert "refill has 1 examples" in done.stderr


def test_file_without_labels_cannot_be_judged(run: Run, tmp_path: Path) -> None:
    assert run("intents", "evaluate", write_lines(tmp_path / "calls.jsonl", {"text": "hello"})).exit_code == 2


def test_evaluation_is_printed_by_intent_and_language(run: Run) -> None:
    done = run("intents", "evaluate", str(EVALUATION), "--half", "open", "--json")
    result = json.loads(done.stdout)
    assert result["all"]["conversations"] == 174
    assert result["all"]["percent"] >= 88
    assert set(result["language"]) == {"en", "es", "fr", "de", "pt", "it", "nl"}
    assert len(result["intent"]) == 17


def test_misses_are_printed_when_asked(spawn: Spawn) -> None:
    done = spawn("intents", "evaluate", str(EVALUATION), "--half", "open", "--misses")
    assert done.returncode == 0, done.stderr
    assert "ms a call" in done.stdout
    assert " → " in done.stdout
