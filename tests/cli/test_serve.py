"""`metrone serve`, up to the door of the app; tests/journeys starts real servers."""

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize("port", ["-1", "65536", "http", ""])
def test_serve_is_wrong_usage_when_the_port_is_none(run: Run, port: str) -> None:
    result = run("serve", "--port", port)
    assert result.exit_code == 2
    assert "--port" in result.stderr
    assert result.stderr.count("\n") == 1


def test_serve_is_a_failure_when_a_setting_is_wrong(run: Run) -> None:
    result = run("serve", METRONE_RATE_LIMITS="maybe")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "METRONE_RATE_LIMITS" in result.stderr
