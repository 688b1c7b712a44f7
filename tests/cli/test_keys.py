"""`metrone keys`."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from tests.cli.conftest import Run, Spawn


@pytest.fixture
def project(run: Run) -> dict[str, Any]:
    """A project, as the command that made it printed it."""
    made: dict[str, Any] = json.loads(run("projects", "create", "Shop", "--json").stdout)
    return made


def listed(run: Run) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = json.loads(run("keys", "list", "Shop", "--json").stdout)
    return keys


def test_create_prints_the_contract_when_asked_for_json(spawn: Spawn, project: dict[str, Any]) -> None:
    done = spawn("keys", "create", project["id"], "--scopes", "read,write", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert set(answer) == {"id", "key", "scopes"}
    assert re.fullmatch(r"key_[a-z2-7]{16}", answer["id"])
    assert re.fullmatch(r"metrone_live_[0-9a-f]{32}", answer["key"])
    assert answer["scopes"] == ["read", "write"]


def test_create_keeps_every_option_when_all_are_given(run: Run, project: dict[str, Any]) -> None:
    options = ["--name", "CI", "--origin", "https://b.example", "--origin", "https://a.example:443", "--test"]
    result = run("keys", "create", "shop", "--scopes", " admin , read", *options, "--expires", "2999-12-31T12:00+02:00")
    assert re.search(r"metrone_test_[0-9a-f]{32}\b", result.stdout)
    assert "shown once" in result.stdout
    made = next(key for key in listed(run) if key["name"] == "CI")
    assert made["project_id"] == project["id"]
    assert made["scopes"] == ["admin", "read"]
    assert made["origins"] == ["https://a.example", "https://b.example"]
    assert made["is_test"] is True
    assert made["expires_at"] == "2999-12-31T10:00:00+00:00"


def test_create_counts_from_now_when_days_are_given(run: Run, project: dict[str, Any]) -> None:
    before = datetime.now(UTC)
    run("keys", "create", "Shop", "--scopes", "read", "--name", "brief", "--expires", "90d")
    made = next(key for key in listed(run) if key["name"] == "brief")
    late = datetime.fromisoformat(made["expires_at"]) - before - timedelta(days=90)
    assert timedelta(seconds=-1) <= late <= timedelta(minutes=1)


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["Shop"], 2, "--scopes"),
        (["Shop", "--scopes", ""], 2, "write, read, admin"),
        (["Shop", "--scopes", "write,root"], 2, "write, read, admin"),
        (["Shop", "--scopes", "write", "--origin", "example.com"], 2, "https://example.com"),
        (["Shop", "--scopes", "write", "--expires", "soon"], 2, "90d or 2030-12-31"),
        (["Shop", "--scopes", "write", "--expires", "0d"], 2, "90d or 2030-12-31"),
        (["Shop", "--scopes", "write", "--expires", "2020-01-01"], 2, "in the future"),
        (["Shop", "--scopes", "write", "--expires", "0001-01-01T00:00+14:00"], 2, "90d or 2030-12-31"),
        (["Nope", "--scopes", "write"], 1, "metrone projects list"),
    ],
)
def test_create_says_what_to_do_when_it_cannot(
    run: Run, project: dict[str, Any], arguments: list[str], code: int, part: str
) -> None:
    result = run("keys", "create", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert part in result.stderr
    assert len(listed(run)) == 2


def test_create_names_the_ids_when_two_projects_have_the_name(run: Run, project: dict[str, Any]) -> None:
    other = json.loads(run("projects", "create", "Shop", "--json").stdout)
    result = run("keys", "create", "Shop", "--scopes", "read")
    assert result.exit_code == 2
    assert project["id"] in result.stderr
    assert other["id"] in result.stderr


def test_list_shows_no_whole_key_when_for_people_or_programs(run: Run, project: dict[str, Any]) -> None:
    for options in ([], ["--json"]):
        text = run("keys", "list", "Shop", *options).stdout
        for key in project["keys"].values():
            assert key[:17] in text
            assert key[17:] not in text
    assert "read, write" in run("keys", "list", "Shop").stdout


@pytest.mark.parametrize("spelling", ["id", "key", "alias"])
def test_revoke_takes_effect_in_a_running_server_when_named_in_any_way(
    spawn: Spawn, run: Run, project: dict[str, Any], data_dir: Path, spelling: str
) -> None:
    key = project["keys"]["write"]
    made = next(each for each in listed(run) if each["prefix"] == key[:17])
    text = {"id": made["id"], "key": key, "alias": key.replace("metrone_", "mk_")}[spelling]
    with Database.open(load_config({}, data_dir=str(data_dir))) as server:
        before = load_directory(server)
        done = spawn("keys", "revoke", text)
        assert (done.returncode, done.stderr) == (0, "")
        assert made["id"] in done.stdout
        assert key[17:] not in done.stdout
        assert server.revision() != before.revision
        after = load_directory(server)
    now = datetime.now(UTC)
    assert {each.id for each in after.keys.values() if each.state(now) == "revoked"} == {made["id"]}


def test_revoke_prints_the_first_time_when_called_again(run: Run, project: dict[str, Any]) -> None:
    first = json.loads(run("keys", "revoke", project["keys"]["full"], "--json").stdout)
    assert set(first) == {"id", "revoked_at"}
    assert json.loads(run("keys", "revoke", first["id"], "--json").stdout) == first
    assert "revoked" in run("keys", "list", "Shop").stdout


def test_revoke_says_what_to_do_when_there_is_no_such_key(run: Run, project: dict[str, Any]) -> None:
    result = run("keys", "revoke", "metrone_live_" + "0" * 32)
    assert result.exit_code == 1
    assert "metrone keys list PROJECT" in result.stderr
