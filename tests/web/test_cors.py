"""Any site may send with a key; nothing that reads a cookie may be called from another site."""

import pytest

from tests.running import RunningServer, TestProject

SITE = {"Origin": "https://shop.test"}
WRITES = ("/v1/events", "/v1/events/batch", "/v1/api/events")
READS = ("/v1/api/stats", "/v1/api/query", "/v1/api/stream", "/v1/health")


@pytest.mark.parametrize("path", WRITES)
def test_preflight_of_a_write_allows_any_site(server: RunningServer, path: str) -> None:
    asked = {
        **SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key,content-type",
    }
    answer = server.client().options(path, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://shop.test"
    assert answer.headers["access-control-allow-credentials"] == "true"  # sendBeacon sends with credentials
    assert {"x-api-key", "content-type", "idempotency-key"} <= set(
        answer.headers["access-control-allow-headers"].lower().split(", ")
    )
    assert int(answer.headers["access-control-max-age"]) > 0


def test_write_reads_no_cookie_and_names_the_site(server: RunningServer, project: TestProject) -> None:
    sent = server.client(project.write).post("/v1/events", json={"event_type": "x"}, headers=SITE)
    assert sent.headers["access-control-allow-origin"] == "https://shop.test"
    assert "origin" in sent.headers["vary"].lower()
    assert "set-cookie" not in sent.headers
    refused = server.client().post("/v1/events", json={"event_type": "x"}, headers=SITE)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://shop.test")
    assert (
        "access-control-allow-origin"
        not in server.client(project.write).post("/v1/events", json={"event_type": "x"}).headers
    )


@pytest.mark.parametrize("path", READS)
def test_read_is_open_to_any_site_with_a_key_and_never_with_a_cookie(server: RunningServer, path: str) -> None:
    preflight = server.client().options(path, headers={**SITE, "Access-Control-Request-Method": "GET"})
    answer = server.client().get(path, headers=SITE)
    for one in (preflight, answer):
        assert one.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in one.headers


@pytest.mark.parametrize("path", ["/app/session", "/"])
def test_sign_in_and_pages_are_not_for_other_sites(server: RunningServer, path: str) -> None:
    assert "access-control-allow-origin" not in server.client().get(path, headers=SITE).headers
