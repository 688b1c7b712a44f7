"""`metrone intents`: lines in, verdicts out; a file judged; a project taught."""

import json
from pathlib import Path

import pytest

from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.webhooks.intent import Conversation, teach
from metrone.webhooks.intent.own import Example
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


@pytest.mark.parametrize(
    ("options", "encoders"),
    [((), "universal-sentence-encoder, bge-small-en"), (("--default",), "universal-sentence-encoder")],
)
def test_encoders_in_use_are_said(run: Run, tmp_path: Path, options: tuple[str, ...], encoders: str) -> None:
    file = write_lines(tmp_path / "calls.jsonl", {"text": "my bill is wrong", "intent": "billing"})
    assert run("intents", "classify", file, *options).stderr == f"Encoders: {encoders}.\n"
    assert f"Encoders: {encoders}.\n" in run("intents", "evaluate", file, *options).stdout
    result = json.loads(run("intents", "evaluate", file, *options, "--json").stdout)
    assert result["encoders"] == encoders.split(", ")


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


TEXTS = ("refill my heart pills", "Agent: Hello.\nCaller: renew my\x00 prescription \ud800", "mas insulina 💊")
OWN = [{"intent": "refill", "text": text} for text in TEXTS]


def test_teach_replaces_what_a_running_server_knows(run: Run, tmp_path: Path, data_dir: Path) -> None:
    made = json.loads(run("projects", "create", "Shop", "--json").stdout)
    run("projects", "create", "Blog")
    other = [{"intent": "lab_results", "text": text} for text in ("my blood test", "is my biopsy back", "the x-ray")]
    lines = "".join(f"{json.dumps(line)}\n" for line in [*OWN, *other])
    with Database.open(load_config({}, data_dir=str(data_dir))) as server:
        before = load_directory(server)
        done = json.loads(run("intents", "teach", "Shop", "-", "--json", stdin=lines).stdout)
        assert done == {"project_id": made["id"], "intents": ["refill", "lab_results"], "examples": 6}
        assert server.revision() != before.revision
        known = load_directory(server).examples_of(1)
        assert [intent for intent, _ in known] == ["refill"] * 3 + ["lab_results"] * 3
        assert [text for _, text in known[:3]] == [TEXTS[0], "Agent: Hello.\nCaller: renew my prescription ?", TEXTS[2]]
        verdict = teach(Example(*each) for each in known).classify(Conversation(text="please refill my pills"))
        assert verdict.intent == "refill"
        assert load_directory(server).examples_of(2) == ()
        assert "lab_results" in run("intents", "list", "Shop").stdout
        listed = json.loads(run("intents", "list", "Shop", "--json").stdout)
        assert listed == [{"intent": intent, "text": text} for intent, text in known]
        assert "knows refill of its own" in run("intents", "teach", "Shop", write_lines(tmp_path / "own", *OWN)).stdout
        assert len(load_directory(server).examples_of(1)) == 3
        assert "no intents of its own" in run("intents", "teach", "Shop", "--clear").stdout
        assert load_directory(server).examples_of(1) == ()
    assert "metrone intents teach PROJECT FILE" in run("intents", "list", "Shop").stdout


@pytest.mark.parametrize(
    ("arguments", "lines", "code", "part"),
    [
        (["Shop", "-"], OWN[:2], 2, "refill has 2 examples"),
        (["Shop", "-"], [{"intent": "Refill", "text": "more pills"}], 2, "no name for an intent"),
        (["Shop", "-"], [{"text": "more pills"}], 2, "no name for an intent"),
        (["Shop", "-"], [*OWN, {"intent": "billing", "text": "my bill"}], 2, "Metrone knows"),
        (["Shop", "-"], [*OWN, {"intent": "refill", "text": "\x00 \n"}], 2, "no words of the caller"),
        (["Shop", "-"], [{"intent": f"i{n}", "text": "x"} for n in range(51)], 2, "51 intents"),
        (["Shop", "-"], ["{"], 2, "Line 1"),
        (["Shop", "-"], [], 2, "0 intents"),
        (["Shop"], OWN, 2, "--clear"),
        (["Shop", "-", "--clear"], OWN, 2, "--clear"),
        (["Nope", "-"], OWN, 1, "metrone projects list"),
    ],
)
def test_teach_changes_nothing_when_examples_cannot_be_learned(
    run: Run, arguments: list[str], lines: list[object], code: int, part: str
) -> None:
    run("projects", "create", "Shop")
    run("intents", "teach", "Shop", "-", stdin="".join(f"{json.dumps(line)}\n" for line in OWN))
    before = run("intents", "list", "Shop", "--json").stdout
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    result = run("intents", "teach", *arguments, stdin=text)
    assert (result.exit_code, result.stdout) == (code, "")
    assert part in result.stderr
    assert run("intents", "list", "Shop", "--json").stdout == before != "[]\n"
