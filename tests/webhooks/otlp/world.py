"""What applications talk to in these tests, on the loopback: an OpenAI that answers the same each time, and a receiver of
traces that hands each body to the translation as the server's endpoint does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from metrone.webhooks.adapter import Refusal, Report
from metrone.webhooks.delivery import Answer
from metrone.webhooks.otlp import Traces, translate_traces
from tests.webhooks.samples import hashed

TRACES = "/v1/otlp/v1/traces"
OPENAI = "/openai"
RECEIVED_AT = 4_000_000_000.0  # later than any clock that these applications have
MODEL, ANSWER = "gpt-4o-2024-08-06", "It comes on Monday."
TOKENS_IN, TOKENS_CACHED, TOKENS_OUT = 1_000, 400, 100
COST_USD = 0.003  # 600 at $2.50, 400 at $1.25 and 100 at $10 a million
_USAGE = {
    "prompt_tokens": TOKENS_IN,
    "completion_tokens": TOKENS_OUT,
    "total_tokens": TOKENS_IN + TOKENS_OUT,
    "prompt_tokens_details": {"cached_tokens": TOKENS_CACHED},
}


@dataclass
class World:
    """Where the two are, and what came in."""

    url: str
    made: list[Traces] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def traces_url(self) -> str:
        return self.url + TRACES

    @property
    def openai_url(self) -> str:
        return self.url + OPENAI

    @property
    def reports(self) -> list[Report]:
        return [report for made in self.made for report in made.reports]


class _Handler(BaseHTTPRequestHandler):
    """Routes of both."""

    protocol_version = "HTTP/1.1"
    world: World

    def do_POST(self) -> None:
        body = self._body()
        if self.path == TRACES:
            made = translate_traces(body, self.headers["Content-Type"], RECEIVED_AT, hashed)
            assert not isinstance(made, Refusal), made
            self.world.made.append(made)
            self.world.headers.append({name.lower(): value for name, value in self.headers.items()})
            self._answer(made.answer)
        else:
            self._answer(complete(json.loads(body)))

    def _body(self) -> bytes:
        """The body, which the exporters for Node send in chunks."""
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *arguments: object) -> None:
        """Nothing: a test prints only what failed."""


def complete(request: dict[str, Any]) -> Answer:
    """What POST /chat/completions answers; a model "gpt-0" does not exist."""
    if request["model"] == "gpt-0":
        return Answer(404, "application/json", b'{"error": {"message": "no such model", "code": "model_not_found"}}')
    head = {"id": "chatcmpl-1", "created": 1, "model": MODEL}
    if not request.get("stream"):
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ANSWER}}
        whole = head | {"object": "chat.completion", "choices": [choice], "usage": _USAGE}
        return Answer(200, "application/json", json.dumps(whole).encode())
    deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ANSWER}, None), ({}, "stop")]
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], "usage": None} for delta, finish in deltas
    ]
    chunks.append({"choices": [], "usage": _USAGE})
    lines = [json.dumps(head | {"object": "chat.completion.chunk"} | chunk) for chunk in chunks]
    return Answer(200, "text/event-stream", "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode())


@contextmanager
def running_world() -> Iterator[World]:
    """Both on one free port, until the block ends."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        world = World(f"http://127.0.0.1:{server.server_port}")
        handler.world = world  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            thread.join()
