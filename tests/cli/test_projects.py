"""`metrone projects`."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from metrone.config import load_config
from metrone.control.account_tables import audit_log
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.erasures import list_waiting
from tests.cli.conftest import Run, Spawn


def test_create_prints_the_contract_when_asked_for_json(spawn: Spawn, tmp_path: Path) -> None:
    arguments = ["Bäckerei", "--domain", "shop.example", "--tz", "Europe/Berlin", "--data-dir", "elsewhere", "--json"]
    done = spawn("projects", "create", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert set(answer) == {"id", "name", "keys"}
    assert answer["name"] == "Bäckerei"
    assert set(answer["keys"]) == {"full", "write"}
    assert all(re.fullmatch(r"metrone_live_[0-9a-f]{32}", key) for key in answer["keys"].values())
    with Database.open(load_config({}, data_dir=str(tmp_path / "elsewhere"))) as db:
        directory = load_directory(db)
    full, write = (directory.find_key(answer["keys"][name]) for name in ("full", "write"))
    assert full is not None
    assert write is not None
    assert full.scopes == {"read", "write"}
    assert write.scopes == {"write"}
    assert full.project.id == write.project.id == answer["id"]
    assert (full.project.domain, full.project.timezone) == ("shop.example", "Europe/Berlin")


def test_create_shows_both_keys_and_says_once_when_for_people(run: Run) -> None:
    result = run("projects", "create", "Shop [red]")
    assert result.exit_code == 0
    assert len(re.findall(r"metrone_live_[0-9a-f]{32}\b", result.stdout)) == 2
    assert "Shop [red]" in result.stdout
    assert "shown once" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["", "--json"], "between 1 and 120"),
        (["Shop", "--tz", "europe/berlin"], "did you mean Europe/Berlin"),
        (["Shop", "--domain", "no domain"], "example.com"),
        (["a\x1b[2J"], "control characters"),
    ],
)
def test_create_is_wrong_usage_when_a_value_is_wrong(run: Run, arguments: list[str], part: str) -> None:
    result = run("projects", "create", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert part in result.stderr
    assert "\x1b" not in result.stderr
    assert json.loads(run("projects", "list", "--json").stdout) == []


def test_list_shows_every_project_when_there_are_some(run: Run) -> None:
    made = [json.loads(run("projects", "create", name, "--json").stdout) for name in ("Shop [b]", "Blog")]
    listed = json.loads(run("projects", "list", "--json").stdout)
    assert [each["id"] for each in listed] == [each["id"] for each in made]
    fields = {"id", "name", "domain", "timezone", "created_at", "week_start", "retention_days"}
    fields |= {"keep_transcripts", "transcript_days"}
    assert set(listed[0]) == fields
    table = run("projects", "list").stdout
    assert all(each["id"] in table for each in made)
    assert "Shop [b]" in table


def test_list_says_how_to_begin_when_there_is_none(run: Run, data_dir: Path) -> None:
    Database.open(load_config({}, data_dir=str(data_dir))).close()
    assert "metrone projects create NAME" in run("projects", "list").stdout
    assert json.loads(run("projects", "list", "--json").stdout) == []


def test_list_asks_the_named_database_when_there_is_a_url(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    made = json.loads(run("projects", "create", "Shop", "--json", METRONE_DATABASE_URL=url).stdout)
    assert [each["id"] for each in json.loads(run("projects", "list", "--json", METRONE_DATABASE_URL=url).stdout)] == [
        made["id"]
    ]
    assert run("projects", "list").exit_code == 1


def test_set_changes_what_is_given_and_list_shows_it(run: Run, data_dir: Path) -> None:
    made = json.loads(run("projects", "create", "Shop", "--json").stdout)
    assert "not kept" in run("projects", "list").stdout
    with Database.open(load_config({}, data_dir=str(data_dir))) as server:
        before = server.revision()
        told = run("projects", "set", "Shop", "--keep-transcripts", "on", "--transcript-days", "7").stdout
        assert "transcripts: kept 7 days" in told
        assert server.revision() != before
        known = load_directory(server).projects[made["id"]]
        assert (known.keeps_talk, known.talk_days) == (True, 7)
    assert "kept 7 days" in run("projects", "list").stdout
    options = ["--name", "Store", "--domain", "shop.example", "--tz", "Europe/Berlin", "--keep-transcripts", "off"]
    changed = json.loads(run("projects", "set", made["id"], *options, "--json").stdout)
    (listed,) = json.loads(run("projects", "list", "--json").stdout)
    assert changed == listed
    assert (listed["name"], listed["domain"], listed["timezone"]) == ("Store", "shop.example", "Europe/Berlin")
    assert (listed["keep_transcripts"], listed["transcript_days"]) == (False, 7)


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["Shop"], 2, "Say what to set"),
        (["Shop", "--keep-transcripts", "yes"], 2, "'on', 'off'"),
        (["Shop", "--transcript-days", "0"], 2, "1<=x<=3650"),
        (["Shop", "--transcript-days", "3651"], 2, "1<=x<=3650"),
        (["Shop", "--name", ""], 2, "between 1 and 120"),
        (["Nope", "--name", "Store"], 1, "metrone projects list"),
    ],
)
def test_set_changes_nothing_when_a_value_is_wrong(run: Run, arguments: list[str], code: int, part: str) -> None:
    run("projects", "create", "Shop")
    before = run("projects", "list", "--json").stdout
    result = run("projects", "set", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert part in result.stderr
    assert run("projects", "list", "--json").stdout == before


def test_set_takes_the_calendar_and_what_is_kept_and_tells_the_audit_log(run: Run, data_dir: Path) -> None:
    run("projects", "create", "Shop")
    answer = run("projects", "set", "Shop", "--week-start", "sunday", "--retention-days", "400", "--json")
    shown = json.loads(answer.stdout)
    assert (shown["week_start"], shown["retention_days"]) == ("sunday", 400)
    assert run("projects", "set", "Shop", "--retention-days", "-1").exit_code == 2
    assert lines_of(data_dir) == [("command line", "project.changed", "Shop: week_start, retention_days")]


@pytest.mark.parametrize(("verb", "action"), [("reset", "project.reset"), ("delete", "project.deleted")])
def test_reset_and_delete_ask_for_the_name(run: Run, data_dir: Path, verb: str, action: str) -> None:
    made = json.loads(run("projects", "create", "Shop", "--json").stdout)
    refused = run("projects", verb, "Shop", stdin="Blog\n")
    assert refused.exit_code == 2
    assert "nothing was changed" in refused.stderr
    assert lines_of(data_dir) == []
    assert run("projects", verb, made["id"], stdin="Shop\n").exit_code == 0
    assert lines_of(data_dir) == [("command line", action, "Shop")]
    left = json.loads(run("projects", "list", "--json").stdout)
    assert [each["id"] for each in left] == ([] if verb == "delete" else [made["id"]])
    with Database.open(load_config({}, data_dir=str(data_dir))) as db:
        assert len(list_waiting(db)) == 1


def lines_of(data_dir: Path) -> list[tuple[str, str, str]]:
    """Who did what to what, oldest first."""
    with Database.open(load_config({}, data_dir=str(data_dir))) as db, db.read() as connection:
        rows = connection.execute(select(audit_log).order_by(audit_log.c.entry_no))
        return [(row.actor, row.action, row.target) for row in rows]
