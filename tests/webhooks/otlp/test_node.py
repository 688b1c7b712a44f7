"""The real SDK for Node with OpenInference's instrumentation of OpenAI's client, over HTTP, in both encodings."""

import subprocess
from pathlib import Path

import pytest

from metrone.webhooks.merge import merge
from tests.webhooks.otlp.world import COST_USD, MODEL, TOKENS_IN, TOKENS_OUT, running_world

PROGRAM = Path(__file__).parents[2] / "opentelemetry" / "ask.mjs"
CONTENT_TYPES = {"json": "application/json", "proto": "application/x-protobuf"}


@pytest.mark.parametrize("encoding", CONTENT_TYPES)
def test_answers_of_one_session_are_one_chat(encoding: str) -> None:
    with running_world() as world:
        command = ["node", str(PROGRAM), world.traces_url, world.openai_url, encoding, "metrone_live_1"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    assert [headers["content-type"] for headers in world.headers] == [CONTENT_TYPES[encoding]]
    assert world.headers[0]["x-api-key"] == "metrone_live_1"
    (report,) = world.reports
    row = merge([report.update])
    assert (row.provider, row.kind, row.external_id, row.model) == ("openai", "chat", "conv-node", MODEL)
    # OpenInference for Node tells no tokens of a streamed answer.
    assert (len(report.update.steps), row.tool_calls) == (3, 0)
    assert (row.tokens_in, row.tokens_out, row.cost_usd) == (2 * TOKENS_IN, 2 * TOKENS_OUT, 2 * COST_USD)
    assert (row.outcome, row.messages, row.person_ids) == ("completed", 2, report.update.person_ids)
    assert report.talk.turns == ("Where is my parcel?",)
    assert report.event is not None
    assert (report.event.event_type, report.event.user_id) == ("ai_chat", "u-1")
