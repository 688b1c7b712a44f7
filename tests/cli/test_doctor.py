"""`metrone doctor`: each trouble is named with what mends it, and nothing is changed."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from metrone.cli.checks import FREE_MIN, ask_server, judge_disk
from metrone.cli.doctor import examine
from metrone.cli.finding import Finding
from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.projects import create_project
from metrone.control.rotation import rotate_key
from metrone.control.secret import load_secret
from metrone.control.signing import NewSecret, add_secret
from metrone.spool.append import Spool
from metrone.store import lock
from tests.cli.conftest import Run, Spawn
from tests.running import RunningServer
from tests.spool.submissions import append, submission


def _examine(data_dir: Path, **environ: str) -> list[Finding]:
    return list(examine(str(data_dir), environ, time.time()))


def _bad(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(each.what, each.text, each.mend) for each in found if each.state == "wrong"]


def test_doctor_finds_nothing_wrong_and_makes_nothing_when_there_is_no_data_yet(run: Run, data_dir: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0, result.stdout
    assert "Nothing is wrong." in result.stdout
    assert not data_dir.exists()
    shown = json.loads(run("doctor", "--json").stdout)
    assert shown["ok"] is True
    assert {each["what"] for each in shown["findings"]} >= {"Python", "SQLite", "disk", "store", "spool", "clock"}


def test_doctor_opens_the_store_when_no_server_runs(spawn: Spawn) -> None:
    made = json.loads(spawn("demo", "--events", "100", "--days", "1", "--json").stdout)
    found = json.loads(spawn("doctor", "--json").stdout)
    assert found["ok"] is True
    store = next(each for each in found["findings"] if each["what"] == "store")
    assert store["text"] == f"opens, {made['events']:,} events"


def test_doctor_asks_the_server_when_one_runs(server: RunningServer, run: Run) -> None:
    arguments = ("doctor", "--data-dir", str(server.data_dir), "--json")
    found = json.loads(run(*arguments, METRONE_PORT=str(server.port)).stdout)
    store = next(each for each in found["findings"] if each["what"] == "store")
    assert (store["state"], "which is well" in store["text"]) == ("ok", True)
    silent = json.loads(run(*arguments, METRONE_PORT="1").stdout)
    assert next(each for each in silent["findings"] if each["what"] == "store")["state"] == "note"


def test_ask_server_says_what_fails_when_it_is_another_program(server: RunningServer) -> None:
    other = load_config({}, port=server.port)
    assert [each.state for each in ask_server(other)] == ["ok"]
    assert [each.state for each in ask_server(load_config({}, port=1))] == ["note"]


@pytest.mark.parametrize(
    ("environ", "text", "mend"),
    [
        ({"METRONE_TRUSTED_PROXY": "10.0.0.1"}, "METRONE_TRUSTED_PROXY", "Did you mean METRONE_TRUSTED_PROXIES?"),
        ({"METRONE_TRUSTED_PROXIES": "10.0.0.0/99"}, "METRONE_TRUSTED_PROXIES", "10.0.0.0/8"),
        ({"METRONE_TRUSTED_PROXIES": "0.0.0.0/0"}, "trusts everybody", "your proxies alone"),
        ({"METRONE_EDGE_HEADERS": "on"}, "METRONE_EDGE_HEADERS", "METRONE_TRUSTED_PROXIES"),
        ({"METRONE_PUBLIC_URL": "data.example.com"}, "METRONE_PUBLIC_URL", "https://data.example.com"),
        ({"METRONE_PUBLIC_URL": "http://data.example.com"}, "in the open", "TLS"),
        ({"METRONE_PUBLIC_URL": "https://example.com/stats"}, "/stats", "root"),
        ({"METRONE_SMTP_URL": "mail.example.com"}, "METRONE_SMTP_URL", "smtp://user:password@host:587"),
        ({"METRONE_LOG_LEVEL": "loud"}, "loud", "warning"),
        ({"METRONE_PORT": "http"}, "port", "defaults"),
    ],
)
def test_settings_that_make_no_sense_are_wrong(data_dir: Path, environ: dict[str, str], text: str, mend: str) -> None:
    bad = [each for each in _bad(_examine(data_dir, **environ)) if each[0] == "settings"]
    assert len(bad) == 1
    assert text in bad[0][1]
    assert mend in bad[0][2]


@pytest.mark.parametrize(
    "environ",
    [
        {"METRONE_PUBLIC_URL": "http://localhost:8000"},
        {"METRONE_PUBLIC_URL": "https://data.example.com"},
        {"METRONE_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "METRONE_EDGE_HEADERS": "on"},
        {"METRONE_HOST": "0.0.0.0"},
        {"METRONE_ZZZ": "of another program"},
        {"METRONE_RATE_LIMITS": "off"},
    ],
)
def test_settings_that_work_are_not_wrong(data_dir: Path, environ: dict[str, str]) -> None:
    assert _bad(_examine(data_dir, **environ)) == []


def test_folder_open_to_everybody_is_wrong(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700)
    assert _bad(_examine(data_dir)) == []
    data_dir.chmod(0o755)
    assert [(what, mend) for what, _, mend in _bad(_examine(data_dir))] == [
        ("data folder", f"Run: chmod 700 {data_dir}")
    ]


def test_secret_that_others_read_or_that_is_cut_is_wrong(data_dir: Path) -> None:
    load_secret(load_config({}, data_dir=str(data_dir)))
    key = data_dir / "secret.key"
    key.chmod(0o644)
    assert [what for what, _, _ in _bad(_examine(data_dir))] == ["secret.key"]
    key.chmod(0o600)
    key.write_bytes(b"short")
    assert "32" in _bad(_examine(data_dir))[0][2]


def test_control_database_is_wrong_when_broken_or_of_a_newer_version(data_dir: Path) -> None:
    Database.open(load_config({}, data_dir=str(data_dir))).close()
    assert _bad(_examine(data_dir)) == []
    path = data_dir / "control.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    assert [what for what, _, _ in _bad(_examine(data_dir))] == ["control database"]
    path.write_bytes(b"no database" * 500)
    assert [what for what, _, _ in _bad(_examine(data_dir))] == ["control database"]


def test_signing_secrets_are_wrong_when_they_cannot_be_read(data_dir: Path) -> None:
    def states() -> list[tuple[str, str, str]]:
        return [(each.state, each.text, each.mend) for each in _examine(data_dir) if each.what == "signing secrets"]

    with Database.open(load_config({}, data_dir=str(data_dir))) as db:
        project = create_project(db, "Shop")
        assert states() == [("ok", "none is set", "")]
        for endpoint in ("", "main"):
            add_secret(db, NewSecret(project.id, "vapi", "hunter2", endpoint))
        assert states() == [("ok", "2 can be read", "")]
        db.vault.ready_next()
        assert [(state, mend) for state, _, mend in states()] == [
            ("ok", ""),
            ("note", "Run: metrone webhooks rotate-key"),
        ]
        rotate_key(db)
        (data_dir / "secret.key").unlink()
        add_secret(db, NewSecret(project.id, "vapi", "hunter3", ""))
        ((state, _, mend),) = states()
        assert (state, "restore secret.key" in mend) == ("wrong", True)
        assert _bad(_examine(data_dir))[0][0] == "signing secrets"
        for endpoint in ("", "main"):
            add_secret(db, NewSecret(project.id, "vapi", "hunter2", endpoint, is_only=True))
        assert states() == [("ok", "2 can be read", "")]


def test_signing_secrets_are_left_out_when_the_database_has_another_shape(data_dir: Path) -> None:
    Database.open(load_config({}, data_dir=str(data_dir))).close()
    with closing(sqlite3.connect(data_dir / "control.sqlite")) as connection, connection:
        connection.execute("drop table webhook_secrets")
        connection.execute("update alembic_version set version_num = '0001'")
    found = {each.what: each.state for each in _examine(data_dir)}
    assert found["control database"] == "note"
    assert "signing secrets" not in found


def test_spool_is_wrong_when_a_running_server_does_not_drain_it(data_dir: Path) -> None:
    (data_dir / "spool").mkdir(parents=True)
    data_dir.chmod(0o700)
    path = data_dir / "spool" / "spool.sqlite"
    an_hour_ago = time.time() - 3600
    spool = Spool(path, 1_000_000, lambda: an_hour_ago)
    append(spool, submission(1, 2, 3))
    spool.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("insert into quarantine values (1, 0, 1, 'engine error 27', '')")
    found = [each for each in _examine(data_dir) if each.what == "spool"]
    assert [each.state for each in found] == ["note", "note"]
    assert "engine error 27" in found[1].text
    (data_dir / "store").mkdir()
    held = lock.take(data_dir / "store")
    assert held is not None
    with held:
        assert [what for what, _, _ in _bad(_examine(data_dir, METRONE_PORT="1"))] == ["spool"]
    (data_dir / "store" / "lock").unlink()
    (data_dir / "store").rmdir()
    path.write_bytes(b"no database" * 500)
    assert next(what for what, _, _ in _bad(_examine(data_dir))) == "spool"


def test_what_cannot_be_looked_at_is_wrong_and_the_rest_goes_on(data_dir: Path) -> None:
    (data_dir / "store" / "lock").mkdir(parents=True)
    data_dir.chmod(0o700)
    found = _examine(data_dir)
    assert [(what, "lock" in text) for what, text, _ in _bad(found)] == [("store", True)]
    assert found[-1].what == "clock"


def test_geo_file_that_is_missing_is_wrong(data_dir: Path) -> None:
    bad = _bad(_examine(data_dir, METRONE_GEO_CITY_FILE="/nowhere/city.mmdb"))
    assert [what for what, _, _ in bad] == ["city file"]


def test_clock_before_our_own_files_is_wrong(data_dir: Path) -> None:
    load_secret(load_config({}, data_dir=str(data_dir)))
    written = (data_dir / "secret.key").stat().st_mtime
    states = [
        next(each.state for each in examine(str(data_dir), {}, at) if each.what == "clock")
        for at in (written + 5, written - 60, written - 86400)
    ]
    assert states == ["ok", "ok", "wrong"]


@pytest.mark.parametrize(
    ("free", "state"),
    [(FREE_MIN - 1, "wrong"), (FREE_MIN, "note"), (4096 * 1024**2 - 1, "note"), (4096 * 1024**2, "ok")],
)
def test_judge_disk_by_what_the_spool_may_take(free: int, state: str) -> None:
    assert judge_disk(free, 4096).state == state


def test_doctor_ends_with_1_when_something_is_wrong(run: Run) -> None:
    result = run("doctor", METRONE_EDGE_HEADERS="on")
    assert result.exit_code == 1
    assert "✗ settings" in result.stdout
    assert "→ Set METRONE_TRUSTED_PROXIES" in result.stdout
    assert json.loads(run("doctor", "--json", METRONE_EDGE_HEADERS="on").stdout)["ok"] is False
