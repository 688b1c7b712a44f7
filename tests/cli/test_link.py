"""`metrone link`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.signin import read_session, redeem_link
from tests.cli.conftest import Run, Spawn


def test_link_signs_in_once_when_opened(spawn: Spawn, run: Run, data_dir: Path) -> None:
    made = json.loads(run("projects", "create", "Shop", "--json").stdout)
    done = spawn("link")
    assert done.returncode == 0
    assert "once" in done.stderr
    address = urlsplit(done.stdout.strip())
    assert (address.scheme, address.netloc, address.path, address.query) == ("http", "127.0.0.1:8000", "/signin", "")
    name, token = address.fragment.split("=", 1)
    assert name == "token"
    now = datetime.now(UTC)
    with Database.open(load_config({}, data_dir=str(data_dir))) as db:
        session = read_session(db, redeem_link(db, token, now) or "", now)
        assert redeem_link(db, token, now) is None
    assert session is not None
    assert session.project_ids == (made["id"],)


@pytest.mark.parametrize(
    ("options", "env", "origin"),
    [
        ([], {"METRONE_PUBLIC_URL": "https://data.example/"}, "https://data.example"),
        (["--public-url", "https://a.example"], {"METRONE_PUBLIC_URL": "https://data.example"}, "https://a.example"),
        ([], {"METRONE_PORT": "9000"}, "http://127.0.0.1:9000"),
    ],
)
def test_link_begins_with_the_public_address_when_there_is_one(
    run: Run, options: list[str], env: dict[str, str], origin: str
) -> None:
    run("projects", "create", "Shop")
    assert run("link", "Shop", *options, **env).stdout.startswith(f"{origin}/signin#token=")
    assert json.loads(run("link", *options, "--json", **env).stdout)["url"].startswith(f"{origin}/signin#token=")


def test_link_asks_which_when_there_are_two_projects(run: Run) -> None:
    ids = [json.loads(run("projects", "create", "Shop", "--json").stdout)["id"] for _ in range(2)]
    result = run("link")
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(each in result.stderr for each in ids)
    assert json.loads(run("link", ids[1], "--json").stdout)["project_id"] == ids[1]


def test_link_says_how_to_begin_when_there_is_no_project(run: Run, data_dir: Path) -> None:
    Database.open(load_config({}, data_dir=str(data_dir))).close()
    result = run("link")
    assert result.exit_code == 1
    assert "metrone projects create NAME" in result.stderr
