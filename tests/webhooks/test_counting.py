"""The events of all fixtures at a real server: each is accepted, each interaction counts once, and no number stays."""

from collections.abc import Callable

import msgspec

from metrone.events.incoming import IncomingEvent
from metrone.webhooks.adapter import Translation
from tests.running import RunningServer
from tests.webhooks.samples import samples, send
from tests.webhooks.test_privacy import private_of

NOW = 1_800_000_000_000  # far ahead, so that the arrival takes the place of the time of the fixtures
LENGTH_MIN = 8  # what is shorter may be found by chance


def events() -> list[IncomingEvent]:
    """What all fixtures count."""
    made = [send(found) for found in samples()]
    told = [report.event for each in made if isinstance(each, Translation) for report in each.reports]
    return [msgspec.structs.replace(event, timestamp=NOW) for event in told if event is not None]


def test_every_interaction_counts_once_at_a_server(start_server: Callable[..., RunningServer]) -> None:
    server = start_server()
    project = server.project()
    sent = events()
    assert len(sent) > 80
    for _ in range(2):
        for start in range(0, len(sent), 50):
            body = msgspec.json.encode(sent[start : start + 50])
            answer = server.client(project.write).post("/v1/events/batch", content=body)
            assert answer.status_code == 202, answer.text
    server.drained()
    stats = server.client(project.full).get("/v1/api/stats").json()
    counted = {(event.event_type, event.ai_provider, event.ai_call_id) for event in sent}
    assert stats["ai_interactions"] == len({each for each in counted if each[0] != "interaction"})
    assert stats["total_events"] == len({event.idempotency_key for event in sent})


def test_nothing_private_stays_in_the_data_folder(start_server: Callable[..., RunningServer]) -> None:
    # Nothing is drained, so all rows lie in the log as plain text, where a search cannot miss them.
    server = start_server(METRONE_DRAIN_INTERVAL_MS="60000")
    project = server.project()
    sent = events()
    for start in range(0, len(sent), 50):
        body = msgspec.json.encode(sent[start : start + 50])
        server.client(project.write).post("/v1/events/batch", content=body).raise_for_status()
    server.kill()
    kept = b"".join(path.read_bytes() for path in server.folder.rglob("*") if path.is_file())
    assert all(event.ai_call_id and event.ai_call_id.encode() in kept for event in sent)
    hidden = {value for found in samples() for value in private_of(found) if len(value) >= LENGTH_MIN}
    assert [value for value in hidden if value.encode() in kept] == []
