"""`metrone intents`: tell the intents of conversations in a file, how often that is right, and teach a project its own."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import click

from metrone.cli import Misuse
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, print_table
from metrone.control.examples import list_examples, set_examples
from metrone.control.projects import find_project
from metrone.webhooks.intent import LABELS, Classifier, Conversation, Verdict, teach
from metrone.webhooks.intent.own import BadExamples, Example, check_examples
from metrone.webhooks.intent.turns import TEXT_MAX, clean

lines_argument = click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
examples_option = click.option(
    "--examples",
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE",
    help='Intents of your own: JSON lines of {"intent", "text"}, three or more each.',
)


default_option = click.option(
    "--default", "as_default", is_flag=True, help="Leave out metrone[intents-en], as if it were not installed."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled conversation and what the classifier said."""

    line: dict[str, Any]
    verdict: Verdict

    @property
    def is_right(self) -> bool:
        return bool(self.verdict.intent == self.line["intent"])


@click.group("intents")
def command() -> None:
    """Tell what callers wanted, offline, and teach intents of your own."""


@command.command("classify")
@lines_argument
@examples_option
@default_option
def classify(file: IO[str], examples: IO[str] | None, as_default: bool) -> None:
    """Read JSON lines of {"text", "kind"} (- is standard input), print {"intent", "confidence", "second", "origin"}."""
    classifier = _learn(examples, with_extra=not as_default)
    click.echo(f"Encoders: {_name_encoders(classifier)}.", err=True)
    for line in _read(file):
        verdict = classifier.classify(_as_conversation(line))
        print_json(
            {
                "intent": verdict.intent,
                "confidence": verdict.confidence,
                "second": verdict.second,
                "origin": verdict.origin,
            }
        )


@command.command("evaluate")
@lines_argument
@click.option("--half", metavar="NAME", help="Only the lines whose `half` is this.")
@click.option("--misses", is_flag=True, help="Also print what was told wrongly.")
@examples_option
@default_option
@json_option
def evaluate(file: IO[str], half: str | None, misses: bool, as_json: bool, **how: Any) -> None:
    """Read JSON lines of {"text", "intent", "language", "half"}, print how many are told rightly."""
    lines = [line for line in _read(file) if half is None or line.get("half") == half]
    if not lines or any(line.get("intent") is None for line in lines):
        raise Misuse("There is nothing to judge: every line needs text and intent.")
    classifier = _learn(how["examples"], with_extra=not how["as_default"])
    encoders = classifier.encoders  # loads them, which is not the time of a call
    begun = time.perf_counter()
    judged = [Judged(line, classifier.classify(_as_conversation(line))) for line in lines]
    milliseconds = 1000 * (time.perf_counter() - begun) / len(judged)
    tallies = {by: _tally(judged, by) for by in ("half", "language", "intent", "origin", "confidence")}
    if as_json:
        print_json({"encoders": encoders, "ms": round(milliseconds, 2), "all": _share(judged), **tallies})
        return
    for by, rows in tallies.items():
        print_table(
            (by, "conversations", "right", "%"), [(name, *map(str, row.values())) for name, row in rows.items()]
        )
    right = _share(judged)
    click.echo(f"Encoders: {_name_encoders(classifier)}.")
    click.echo(
        f"{right['right']} of {right['conversations']} right, {right['percent']} %; {milliseconds:.1f} ms a call"
    )
    for each in judged if misses else ():
        if not each.is_right:
            click.echo(
                f"{each.line['intent']} → {each.verdict.intent} ({each.verdict.confidence:.2f}): {each.line['text']!r}"
            )


@command.command("teach")
@click.argument("project")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), required=False)
@click.option("--clear", is_flag=True, help="Forget the project's own intents.")
@data_dir_option
@json_option
def teach_project(project: str, file: IO[str] | None, clear: bool, data_dir: str | None, as_json: bool) -> None:
    """Replace the own intents of PROJECT (an id or a name) by JSON lines of {"intent", "text"} (- is standard input)."""
    if clear == (file is not None):
        raise Misuse("Give a file of examples, or --clear.")
    examples = [] if file is None else _checked_examples(file)
    with open_database(read_config(data_dir=data_dir)) as db:
        owner = find_project(db, project)
        set_examples(db, owner.id, [(each.intent, each.text) for each in examples])
    names = list(dict.fromkeys(each.intent for each in examples))
    if as_json:
        print_json({"project_id": owner.id, "intents": names, "examples": len(examples)})
    elif names:
        click.echo(f"{owner.name} knows {', '.join(names)} of its own, from {len(examples)} examples.")
    else:
        click.echo(f"{owner.name} has no intents of its own any more.")


@command.command("list")
@click.argument("project")
@data_dir_option
@json_option
def show(project: str, data_dir: str | None, as_json: bool) -> None:
    """List the own intents of PROJECT, an id or a name; with --json its examples, as `teach` reads them."""
    with open_database(read_config(data_dir=data_dir)) as db:
        found = list_examples(db, find_project(db, project).id)
    if as_json:
        print_json([{"intent": intent, "text": text} for intent, text in found])
    elif not found:
        click.echo("The project has no intents of its own. Teach some with: metrone intents teach PROJECT FILE")
    else:
        print_table(("intent", "examples"), [(name, str(n)) for name, n in Counter(name for name, _ in found).items()])


def _checked_examples(file: Iterable[str]) -> list[Example]:
    """The examples of a file, such as can be learned. Raises Misuse."""
    examples = [Example(str(line.get("intent")), _storable(line.get("text") or "")) for line in _read(file)]
    try:
        check_examples(examples)
    except BadExamples as error:
        raise Misuse(str(error)) from error
    return examples


def _storable(text: str) -> str:
    """What is read of a text, without control characters. Line by line, as a transcript's lines tell who speaks."""
    return "\n".join(filter(None, map(clean, text[:TEXT_MAX].split("\n"))))


def _read(file: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines. Raises Misuse with the number of the line that is none."""
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Misuse(f"Line {number} is not JSON.") from error
        if not isinstance(line, dict) or not isinstance(line.get("text", ""), str | None):
            raise Misuse(f'Line {number} is not an object with a "text".')
        yield line


def _as_conversation(line: dict[str, Any]) -> Conversation:
    words = {
        name: line[name] for name in ("text", "kind", "summary", "subject", "platform_intent") if _is_text(line, name)
    }
    tags = line.get("tags")
    return Conversation(
        **words, tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    )


def _is_text(line: dict[str, Any], name: str) -> bool:
    return isinstance(line.get(name), str)


def _learn(examples: IO[str] | None, *, with_extra: bool) -> Classifier:
    if examples is None:
        return Classifier(with_extra=with_extra)
    try:
        taught = (Example(str(line.get("intent")), line.get("text") or "") for line in _read(examples))
        return teach(taught, with_extra=with_extra)
    except BadExamples as error:
        raise Misuse(str(error)) from error


def _name_encoders(classifier: Classifier) -> str:
    return ", ".join(classifier.encoders) or "none, words alone"


def _tally(judged: list[Judged], by: str) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(_group(each, by), []).append(each)
    order = {name: at for at, name in enumerate(LABELS)}
    counts = Counter({name: -len(rows) for name, rows in groups.items()})
    names = sorted(groups, key=lambda name: (order.get(name, len(order)), counts[name], name))
    return {name: _share(groups[name]) for name in names}


def _group(each: Judged, by: str) -> str:
    if by == "origin":
        return each.verdict.origin
    if by == "confidence":
        return "≥ 0.8" if each.verdict.confidence >= 0.8 else "≥ 0.5" if each.verdict.confidence >= 0.5 else "< 0.5"
    return str(each.line.get(by, "–"))


def _share(judged: list[Judged]) -> dict[str, Any]:
    right = sum(each.is_right for each in judged)
    return {"conversations": len(judged), "right": right, "percent": round(100 * right / len(judged), 1)}
