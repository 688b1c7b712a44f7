"""The page on OpenTelemetry holds every attribute and operation that is read, and no other; its programs run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from metrone.webhooks.merge import merge
from metrone.webhooks.otlp.attributes import NAMES
from metrone.webhooks.otlp.operations import OPERATIONS
from tests.webhooks.otlp.world import COST_USD, MODEL, running_world

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "webhooks" / "opentelemetry.md").read_text()
MEANINGS = {
    "provider": "the provider, under one name however it is written; else told from the model",
    "model": "the model that answered, else the one that was asked",
    "tokens_in": "tokens read, cached ones included",
    "tokens_out": "tokens written, reasoning included",
    "tokens_total": "both together, for the one of them that is missing",
    "cache_read": "of the tokens read those out of the cache, for the price",
    "cache_write": "of the tokens read those put into the cache, for the price",
    "cost": "US dollars; else the list price",
    "usage_details": "tokens as JSON: `input`, `output`, `total`, `input_cached_tokens`, `input_cache_creation`",
    "cost_details": "US dollars as JSON: `total`, else the sum",
    "conversation": "the conversation",
    "user": "your id of the person: only a keyed hash is kept",
    "agent": "the agent",
    "first_chunk_sec": "seconds to the first piece of a streamed answer",
    "first_chunk_ms": "the same in milliseconds",
    "first_chunk_at": "when that piece came",
    "finish": "why the answer ended",
    "error": "the type of an error, never its message",
    "level": "`ERROR` is a failure",
    "messages": "what the person said: read for the intent and counted, then dropped",
    "answers": "what the model said: counted, then dropped",
    "tool_calls": "the tools that it asked for: counted, then dropped",
}
ROLES = {
    "model": "a call of a model",
    "embedding": "an embedding or a ranking",
    "tool": "a run of a tool",
    "agent": "an agent, or what else holds calls of models",
    None: "nothing",
}


def attribute_row(meaning: str) -> str:
    """The row of what is read."""
    return f"| {MEANINGS[meaning]} | {', '.join(f'`{name}`' for name in NAMES[meaning])} |"


def operation_rows() -> list[str]:
    """What a span is, by the attribute that says it."""
    rows = []
    for name, kinds in OPERATIONS.items():
        for role, title in ROLES.items():
            words = [f"`{kind}`" for kind, meant in kinds.items() if meant == role]
            if words:
                rows.append(f"| `{name}` | {', '.join(words)} | {title} |")
    return rows


def test_page_holds_every_attribute() -> None:
    section = PAGE.partition("## Attributes\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| .* \| `.*\|$", section, re.M) == [attribute_row(meaning) for meaning in NAMES]


def test_page_holds_every_operation() -> None:
    section = PAGE.partition("## What a span is\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `.*\|$", section, re.M) == operation_rows()


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)
    return str(found)


@pytest.mark.parametrize(
    ("language", "command"), [("python", [sys.executable, "-c"]), ("js", ["node", "--input-type=module", "-e"])]
)
def test_program_of_the_page_is_counted(language: str, command: list[str]) -> None:
    with running_world() as world:
        program = block(language).replace("https://stats.example.com", world.url)
        program = program.replace("metrone_live_…", "metrone_live_1")
        environment = {**os.environ, "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": world.openai_url}
        done = subprocess.run(
            [*command, program], capture_output=True, text=True, timeout=60, cwd=ROOT, env=environment
        )
        assert (done.returncode, done.stderr) == (0, "")
    (report,) = world.reports
    row = merge([report.update])
    assert (row.kind, row.external_id, row.model, row.cost_usd) == ("chat", "conv-7", MODEL, COST_USD)
    assert world.headers[0]["x-api-key"] == "metrone_live_1"
