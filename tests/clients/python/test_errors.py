"""Each error of the contract becomes the right type, with what the server said about it."""

import json
from email.utils import formatdate
from pathlib import Path

import pytest

from metrone.errors import ERRORS
from metrone_client.errors import (
    MetroneAuthError,
    MetroneError,
    MetroneRateLimitError,
    MetroneServerError,
    MetroneValidationError,
    read_error,
)
from tests import contract
from tests.clients.python.conftest import Connect
from tests.running import TestProject

TYPES: dict[str, type[MetroneError]] = {
    "BATCH_EMPTY": MetroneValidationError,
    "BATCH_MIXED_KEYS": MetroneValidationError,
    "BATCH_TOO_LARGE": MetroneValidationError,
    "BODY_TOO_LARGE": MetroneValidationError,
    "DUPLICATE_EVENT": MetroneValidationError,
    "FORBIDDEN": MetroneAuthError,
    "INTERNAL_ERROR": MetroneServerError,
    "INVALID_API_KEY": MetroneAuthError,
    "INVALID_JSON": MetroneValidationError,
    "INVALID_PAYLOAD": MetroneValidationError,
    "MISSING_API_KEY": MetroneAuthError,
    "NOT_FOUND": MetroneValidationError,
    "QUOTA_EXCEEDED": MetroneRateLimitError,
    "RATE_LIMITED": MetroneRateLimitError,
    "WRITE_FAILED": MetroneServerError,
}


def test_the_table_holds_every_code() -> None:
    assert set(TYPES) == set(ERRORS) == {path.stem for path in contract.examples("errors")}


@pytest.mark.parametrize("path", contract.examples("errors"), ids=lambda path: str(path.stem))
def test_each_error_of_the_contract(path: Path) -> None:
    response = contract.load(path)["response"]
    said = response["body"]["error"]
    error = read_error(
        response["status"], response["headers"].get("retry-after"), json.dumps(response["body"]).encode()
    )
    assert type(error) is TYPES[path.stem]
    assert (error.code, error.status, error.request_id) == (path.stem, response["status"], said["request_id"])
    assert str(error) == error.message == said["message"]
    assert error.is_temporary is (response["status"] == 429 or response["status"] >= 500)
    wait_ms = response["body"].get("retry_after_ms")
    assert error.retry_after_sec == (wait_ms / 1000 if wait_ms is not None else None)
    assert error.details == said


@pytest.mark.parametrize(
    ("header", "wait"),
    [("3", 3.0), ("0", 0.0), ("", None), (None, None), ("soon", None), ("-5", None), ("Wed, 99 Foo", None)],
)
def test_the_wait_of_a_header(header: str | None, wait: float | None) -> None:
    assert read_error(429, header, b"").retry_after_sec == wait


def test_the_wait_until_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrone_client.errors.time.time", lambda: 1_000_000.0)
    assert read_error(503, formatdate(1_000_030, usegmt=True), b"").retry_after_sec == 30.0
    assert read_error(503, formatdate(999_000, usegmt=True), b"").retry_after_sec == 0.0


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "no"}', b"\xff", b"[" * 100_000])
def test_an_answer_of_somebody_else(body: bytes) -> None:
    assert type(read_error(502, None, body)) is MetroneServerError
    assert str(read_error(403, None, body)) == "The server answered 403."


def test_reads_raise_what_the_server_says(connect: Connect, any_project: TestProject) -> None:
    for key, code in ((any_project.write, "FORBIDDEN"), (contract.UNKNOWN, "INVALID_API_KEY")):
        with pytest.raises(MetroneAuthError) as caught:
            connect(key).get_stats()
        assert caught.value.code == code
    with pytest.raises(MetroneValidationError, match="days"):
        connect(any_project.full).get_stats(days=0)
