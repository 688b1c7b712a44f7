"""The key changes: everything stays readable, at every moment and after a crash at every step."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from metrone.config import Config, load_config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.projects import create_project
from metrone.control.rotation import Rotation, rotate_key
from metrone.control.signing import NewSecret, Unreadable, add_secret
from metrone.control.tables import projects, webhook_secrets
from tests.control.postgres import create_database
from tests.control.racing import PROCESSES, race

TEXTS = ("first", "second", "third")
SCRIPT = Path(__file__).with_name("rotating.py")
STRACE = shutil.which("strace")
# What can be seen from outside: files and names, and what goes to the database or its server.
CALLS = "write,pwrite64,fsync,fdatasync,link,unlink,rename,sendto"
# Each costs a second. A crash between two statements of a transaction is like one before its commit.
POINT = re.compile(r"(?:pwrite64|fsync|fdatasync|link|unlink|rename|sendto(?=.*(?:COMMIT|UPDATE webhook_secrets)))\b")


def fill(db: Database) -> None:
    """A project with three secrets of its own."""
    project = create_project(db, "Shop")
    for text in TEXTS:
        add_secret(db, NewSecret(project.id, "vapi", text))


def shop_id(db: Database) -> str:
    """The id of the one project."""
    with db.read() as connection:
        return str(connection.execute(select(projects.c.id)).scalar_one())


def readable(db: Database, endpoint: str = "main") -> set[str]:
    """The secrets that a server would find."""
    found = load_directory(db).secrets_of(1, "vapi", endpoint)
    assert not isinstance(found, Unreadable), found.advice
    return set(found)


def ciphertexts(db: Database) -> list[bytes]:
    """What is stored."""
    with db.read() as connection:
        return [row.ciphertext for row in connection.execute(select(webhook_secrets))]


def test_rotate_key_makes_a_new_key_and_the_old_one_opens_nothing(each_config: Config) -> None:
    with Database.open(each_config) as db:
        fill(db)
        old_secret = (each_config.root / "secret.key").read_bytes()
        old_keys, old_bytes, before = db.vault.look(), ciphertexts(db), db.revision()
        assert rotate_key(db) == Rotation(3, 0, was_begun=False)
        assert readable(db) == set(TEXTS)
        assert db.revision() != before
        assert not any(old_keys.holds(each) for each in ciphertexts(db))
        files = {path.name: path.read_bytes() for path in each_config.root.iterdir()}
    assert (each_config.root / "secret.key").stat().st_mode & 0o777 == 0o600
    assert {name for name in files if "key" in name} == {"secret.key"}
    for name, content in files.items():
        assert old_secret not in content
        assert not any(each in content for each in old_bytes), name


def test_rotate_key_makes_the_first_when_there_is_none(database: Database, config: Config) -> None:
    assert rotate_key(database) == Rotation(0, 0, was_begun=False)
    assert len((config.root / "secret.key").read_bytes()) == 32


def test_rotate_key_leaves_what_nobody_can_read(database: Database, config: Config) -> None:
    fill(database)
    (config.root / "secret.key").unlink()
    add_secret(database, NewSecret(shop_id(database), "vapi", "fourth"))
    stored = ciphertexts(database)
    assert rotate_key(database) == Rotation(1, 3, was_begun=False)
    assert len(set(stored) & set(ciphertexts(database))) == 3
    assert not database.vault.is_changing()
    assert readable(database) == {"fourth"}


def test_secret_is_sealed_with_the_next_key_when_a_change_was_interrupted(database: Database) -> None:
    fill(database)
    database.vault.ready_next()
    add_secret(database, NewSecret(shop_id(database), "vapi", "fourth"))
    newest = database.vault.look()
    assert sorted(newest.is_newest(each) for each in ciphertexts(database)) == [False, False, False, True]
    assert readable(database) == {*TEXTS, "fourth"}
    assert rotate_key(database) == Rotation(4, 0, was_begun=True)
    assert database.vault.look().keys[0].id == newest.keys[0].id
    assert readable(database) == {*TEXTS, "fourth"}


def rotate_and_read(config: Config) -> set[str]:
    """Add, change the key and read, again and again, beside others that do the same."""
    with Database.open(config) as db:
        project = create_project(db, "Mine")
        mine: set[str] = set()
        for number in range(5):
            add_secret(db, NewSecret(project.id, "vapi", f"mine {number}"))
            mine.add(f"mine {number}")
            for _ in range(3):
                found = load_directory(db).secrets_of(project.project_no, "vapi", "main")
                assert not isinstance(found, Unreadable), found.advice
                assert set(found) == mine
            rotate_key(db)
        return mine


@pytest.mark.slow
def test_everything_stays_readable_when_processes_add_read_and_change_the_key_together(each_config: Config) -> None:
    assert race(rotate_and_read, each_config) == [{f"mine {number}" for number in range(5)}] * PROCESSES
    with Database.open(each_config) as db:
        keyring = db.vault.look()
        assert len(ciphertexts(db)) == PROCESSES * 5
        assert all(keyring.is_newest(each) for each in ciphertexts(db))
        assert not db.vault.is_changing()


def trace(config: Config, folder: Path, *options: str) -> tuple[int, list[str]]:
    """Change the key in a process under strace; its exit code and the lines of the trace."""
    assert STRACE, "strace is needed: apt-get install strace"
    log = folder / "trace"
    command = [STRACE, "-o", str(log), "-s", "200", "-e", f"trace={CALLS}", *options]
    command += [sys.executable, str(SCRIPT), config.data_dir, config.database_url]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    return done.returncode, log.read_text().splitlines()


def points_of(lines: list[str]) -> list[tuple[str, int]]:
    """(system call, how often it was called until there), from "begins" to the sync after the old key went."""
    counts: Counter[str] = Counter()
    found: list[tuple[str, int]] = []
    has_begun = False
    for line in lines:
        name = line.partition("(")[0]
        counts[name] += 1
        if has_begun and POINT.match(line):
            found.append((name, counts[name]))
            if found[-2:-1] and found[-2][0] == "rename":
                break
        has_begun = has_begun or '"begins\\n"' in line
    return found


@pytest.mark.slow
def test_nothing_is_lost_when_it_dies_at_any_system_call(each_config: Config, tmp_path: Path) -> None:
    with Database.open(each_config) as db:
        fill(db)
    code, lines = trace(each_config, tmp_path)
    assert code == 0
    points = points_of(lines)
    names = [name for name, _ in points]
    assert {"fsync", "link", "unlink", "rename"} <= set(names)
    assert names.index("link") < names.index("rename")
    assert names.count("sendto" if each_config.database_url else "pwrite64") >= 2
    for name, count in points:
        code, _ = trace(each_config, tmp_path, "-e", f"inject={name}:signal=KILL:when={count}")
        assert code == -9, (name, count)
        with Database.open(each_config) as db:
            assert readable(db) == set(TEXTS), (name, count)
            done = rotate_key(db)
            assert (done.sealed, done.unreadable) == (3, 0), (name, count)
            assert readable(db) == set(TEXTS), (name, count)
        assert [path.name for path in each_config.root.iterdir() if "key" in path.name] == ["secret.key"], (name, count)


def test_secrets_stay_readable_when_another_node_holds_the_old_key_only(postgres: str, tmp_path: Path) -> None:
    """Two data folders with one PostgreSQL: the other one says what to do, and its server goes on."""
    url = create_database(postgres)
    one, two = (load_config({}, data_dir=str(tmp_path / name), database_url=url) for name in ("one", "two"))
    with Database.open(one) as here, Database.open(two) as there:
        fill(here)
        two.root.mkdir()
        shutil.copy(one.root / "secret.key", two.root / "secret.key")
        assert readable(there) == set(TEXTS)
        rotate_key(here)
        assert isinstance(load_directory(there).secrets_of(1, "vapi", "main"), Unreadable)
        shutil.copy(one.root / "secret.key", two.root / "secret.key")
        assert readable(there) == set(TEXTS)
