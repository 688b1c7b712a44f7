"""A server that is killed again and again while platforms deliver: every call that was acknowledged is there, once."""

import json
import threading
from itertools import count

import httpx
import pytest

from tests.running import RunningServer, eventually
from tests.web.deliveries import EVER, JSON, Desk
from tests.webhooks.samples import sample

DEATHS = 4
BETWEEN = 25  # deliveries acknowledged from one death to the next


@pytest.mark.slow
def test_an_acknowledged_call_survives_and_counts_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = RunningServer(tmp_path_factory.mktemp("dying")).start()
    desk = Desk(server, server.project())
    template = json.loads(sample("retell/call_ended").body)
    acknowledged: set[str] = set()
    stop = threading.Event()

    def deliver() -> None:
        """As a platform does: again and again until it hears a 2xx."""
        with httpx.Client(base_url=server.url, timeout=10) as client:
            for number in count():
                call_id = f"call_{threading.get_ident()}_{number}"
                template_of = {**template, "call": {**template["call"], "call_id": call_id}}
                while not stop.is_set():
                    try:
                        answer = client.post(
                            f"/v1/webhooks/retell/main?key={desk.project.write}",
                            content=json.dumps(template_of),
                            headers={"content-type": JSON},
                        )
                    except httpx.TransportError:
                        continue
                    if answer.status_code == 200:
                        acknowledged.add(call_id)
                        break
                if stop.is_set():
                    return

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(DEATHS):
        before = len(acknowledged)
        eventually(lambda before=before: len(acknowledged) >= before + BETWEEN, 60, what="deliveries")  # type: ignore[misc]
        server.kill()
        server.start()
    stop.set()
    for thread in threads:
        thread.join(30)
    assert len(acknowledged) >= DEATHS * BETWEEN

    def listed() -> list[str]:
        rows = desk.ask("interactions", **EVER, limit=1000)["data"]
        found = [row["external_id"] for row in rows]
        return found if acknowledged <= set(found) else []

    found = eventually(listed, 30, what="every acknowledged call")
    assert len(found) == len(set(found))
    stats = desk.ask("stats", **EVER)
    assert stats["ai_interactions"] == stats["total_events"] == len(found)
    books = server.client(desk.project.full).get("/v1/health").json()["books"]
    assert books["stored"] == len(found)
    assert server.stop() == 0
