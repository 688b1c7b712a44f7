"""The command lines of the documentation do what they say: each is run as it stands, with a real address and real keys."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.contract import Keys
from tests.running import RunningServer

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = ("quickstart.md", "rest.md")
COMMANDS = [
    pytest.param(text, id=f"{page} {number}")
    for page in PAGES
    for number, text in enumerate(re.findall(r"^```sh\n(.*?)^```", (DOCS / page).read_text(), re.M | re.S), 1)
]


@pytest.fixture(scope="module")
def keys(server: RunningServer) -> Keys:
    return Keys.of(server, server.project("Documented"))


@pytest.mark.parametrize("text", COMMANDS)
def test_command_of_the_documentation_works(text: str, server: RunningServer, keys: Keys) -> None:
    filled = text.replace("https://data.yoursite.com", server.url)
    filled = filled.replace("metrone_live_YOUR_WRITE_KEY", keys.write).replace("metrone_live_YOUR_API_KEY", keys.full)
    assert "YOUR_" not in filled
    done = subprocess.run(
        ["bash", "-ec", filled.replace("curl ", "curl --silent --show-error --fail-with-body ")],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    if "/v1/events" in text:
        assert answer["ok"]
        assert answer["accepted"] >= 1
    else:
        assert all(each["ok"] for each in answer.get("results", ()))


def test_pages_show_a_command_for_sending_and_one_for_asking() -> None:
    for page in PAGES:
        text = (DOCS / page).read_text()
        assert "curl -X POST" in text
        assert "/v1/api/stats" in text
