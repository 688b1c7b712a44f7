"""The load generator: counts what was accepted, in whatever pieces answers come, and never repeats a key."""

import asyncio
import json
import re

import pytest

from bench.load import Load, run
from bench.traffic import Target, Traffic

ANSWER = b'HTTP/1.1 %d X\r\ndate: now\r\ncontent-length: 13\r\ncontent-type: application/json\r\n\r\n{"ok":true}\r\n'


def _measure(pieces: list[bytes], load: Load) -> tuple[dict[str, object], list[bytes]]:
    """Run the load against a server that answers each request with these pieces; the result and the requests."""
    heard: list[bytes] = []
    answering: list[asyncio.Task[None] | None] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.append(asyncio.current_task())
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"content-length: (\d+)", head)[1])  # type: ignore[index]
                heard.append(await reader.readexactly(length))
                for piece in pieces:
                    writer.write(piece)
                    await asyncio.sleep(0)
        except asyncio.IncompleteReadError:
            writer.close()
            await writer.wait_closed()

    async def both() -> dict[str, object]:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        load.port = server.sockets[0].getsockname()[1]
        result = await run(load)
        server.close()
        await asyncio.gather(*filter(None, answering))
        return {"requests": result.requests, "others": result.others, "p99": result.p99_ms}

    return asyncio.run(both()), heard


@pytest.mark.parametrize(
    "pieces",
    [
        [ANSWER % 202],
        [(ANSWER % 202)[:9], (ANSWER % 202)[9:]],
        [(ANSWER % 202)[i : i + 1] for i in range(len(ANSWER % 202))],
    ],
)
def test_run_counts_accepted_requests_when_answers_are_split(pieces: list[bytes]) -> None:
    found, heard = _measure(pieces, Load(0, "/v1/events", "k", connections=3, seconds=0.2, templates=20))
    assert isinstance(found["requests"], int)
    assert 3 <= found["requests"] <= len(heard) <= found["requests"] + 3
    assert found["others"] == {}


def test_run_counts_refusals_apart() -> None:
    found, heard = _measure([ANSWER % 503], Load(0, "/v1/events", "k", connections=1, seconds=0.1, templates=20))
    assert found["requests"] == 0
    assert found["others"] == {"503": len(heard)}


def test_run_keeps_the_rate_when_the_loop_is_open() -> None:
    load = Load(0, "/v1/events", "k", connections=4, seconds=0.5, rate=100.0, templates=20)
    found, heard = _measure([ANSWER % 202], load)
    assert len(heard) == 50
    assert found["others"] == {}


def test_requests_are_whole_and_every_event_has_a_key_of_its_own() -> None:
    traffic = Traffic(Target("/v1/events/batch", "metrone_live_x", 3), 5, seed=1)
    bodies = []
    for _ in range(20):
        head, _, body = traffic.next_request().partition(b"\r\n\r\n")
        assert f"content-length: {len(body)}".encode() in head
        bodies += json.loads(body)
    keys = {event["idempotency_key"] for event in bodies}
    assert len(keys) == len(bodies) == 60
    other = json.loads(Traffic(Target("/v1/events", "k", 0), 5, seed=2).next_request().partition(b"\r\n\r\n")[2])
    assert other["idempotency_key"] not in keys
