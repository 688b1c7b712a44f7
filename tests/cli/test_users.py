"""`metrone users`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.users import find_user, use_reset
from tests.cli.conftest import Run
from tests.control.people import HASH, make_owner


def make_owner_in(data_dir: Path) -> None:
    with Database.open(load_config({}, data_dir=str(data_dir))) as db:
        make_owner(db, datetime.now(UTC))


def test_setup_prints_where_the_owner_account_is_made(run: Run, data_dir: Path) -> None:
    run("projects", "create", "Shop")
    assert "metrone users setup" in run("users", "list").stdout
    address = urlsplit(run("users", "setup", "--public-url", "https://data.example").stdout.strip())
    assert (address.netloc, address.path, address.query) == ("data.example", "/setup", "")
    assert address.fragment.startswith("token=")
    make_owner_in(data_dir)
    result = run("users", "setup")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "metrone users reset" in result.stderr


def test_list_shows_no_secret(run: Run, data_dir: Path) -> None:
    make_owner_in_fresh(run, data_dir)
    (shown,) = json.loads(run("users", "list", "--json").stdout)
    assert (shown["email"], shown["has_totp"]) == ("ann@shop.example", False)
    assert HASH not in run("users", "list", "--json").stdout + run("users", "list").stdout


def test_reset_prints_a_link_that_sets_a_new_password(run: Run, data_dir: Path) -> None:
    make_owner_in_fresh(run, data_dir)
    result = run("users", "reset", "ANN@shop.example", "--second-factor-off")
    assert result.exit_code == 0
    token = result.stdout.strip().split("/reset#token=")[1]
    with Database.open(load_config({}, data_dir=str(data_dir))) as db:
        user = use_reset(db, token, HASH, datetime.now(UTC))
        assert user == find_user(db, "ann@shop.example")


def test_reset_says_so_when_nobody_has_the_address(run: Run, data_dir: Path) -> None:
    make_owner_in_fresh(run, data_dir)
    result = run("users", "reset", "bob@shop.example")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "metrone users list" in result.stderr


def make_owner_in_fresh(run: Run, data_dir: Path) -> None:
    run("projects", "create", "Shop")
    make_owner_in(data_dir)
