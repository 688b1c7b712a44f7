"""Codes of an authenticator app, and recovery codes."""

from datetime import UTC, datetime, timedelta

import pytest

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.rotation import rotate_key
from metrone.control.secondfactor import (
    RECOVERY_CODES,
    begin_totp,
    confirm_totp,
    count_recovery_codes,
    renew_recovery_codes,
    use_second_factor,
)
from metrone.control.totp import STEP_SEC, code_at, show_secret, step_of, totp_address
from metrone.control.users import User, get_user
from tests.control.people import make_owner

STEP = timedelta(seconds=STEP_SEC)
# RFC 6238, appendix B: the last six of its eight digits, for SHA-1.
RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_code_at_gives_what_the_standard_says(seconds: int, code: str) -> None:
    assert code_at(RFC_SECRET, seconds // STEP_SEC) == code
    assert step_of(RFC_SECRET, f"{code[:3]} {code[3:]}", datetime.fromtimestamp(seconds, UTC), 0) == seconds // STEP_SEC


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_step_of_allows_for_clocks_that_are_half_a_minute_off(now: datetime, steps: int, works: bool) -> None:
    step = int(now.timestamp()) // STEP_SEC + steps
    assert (step_of(RFC_SECRET, code_at(RFC_SECRET, step), now, 0) == step) is works


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "٣٤٥٦٧٨", "\udc80" * 6])
def test_step_of_is_none_for_what_is_no_code(now: datetime, code: str) -> None:
    assert step_of(RFC_SECRET, code, now, 0) is None


def test_totp_address_is_what_apps_read() -> None:
    assert totp_address(RFC_SECRET, "ann@shop.example", "Metrone data.shop") == (
        "otpauth://totp/Metrone%20data.shop%3Aann@shop.example"
        f"?secret={show_secret(RFC_SECRET)}&issuer=Metrone%20data.shop"
    )


def switch_on(db: Database, now: datetime) -> tuple[User, bytes, list[str]]:
    user, _ = make_owner(db, now)
    secret = begin_totp(db, user)
    codes = confirm_totp(db, user, code_now(secret, now), now)
    assert codes is not None
    return get_user(db, user.id), secret, codes


def code_now(secret: bytes, now: datetime) -> str:
    return code_at(secret, int(now.timestamp()) // STEP_SEC)


def test_totp_is_asked_for_after_the_first_right_code(each_config: Config, now: datetime) -> None:
    with Database.open(each_config, lambda: now) as db:
        user, _ = make_owner(db, now)
        assert not use_second_factor(db, user, "123456", now)
        secret = begin_totp(db, user)
        assert confirm_totp(db, user, "000000", now) is None
        assert not get_user(db, user.id).has_totp
        assert confirm_totp(db, user, code_now(secret, now), now) is not None
        assert get_user(db, user.id).has_totp


def test_a_code_counts_once(config: Config, database: Database, now: datetime) -> None:
    user, secret, _ = switch_on(database, now)
    assert not use_second_factor(database, user, code_now(secret, now), now)  # it confirmed the app
    later = now + STEP
    assert use_second_factor(database, user, code_now(secret, later), later)
    assert not use_second_factor(database, user, code_now(secret, later), later)
    assert not use_second_factor(database, user, code_now(secret, now), later)


def test_begin_totp_replaces_no_secret_that_counts(config: Config, database: Database, now: datetime) -> None:
    user, secret, _ = switch_on(database, now)
    begin_totp(database, user)
    assert use_second_factor(database, user, code_now(secret, now + STEP), now + STEP)


def test_each_recovery_code_works_once_however_it_is_typed(config: Config, database: Database, now: datetime) -> None:
    user, _, codes = switch_on(database, now)
    assert len(set(codes)) == RECOVERY_CODES == count_recovery_codes(database, user.id)
    assert use_second_factor(database, user, f" {codes[0].upper().replace('-', ' ')} ", now)
    assert not use_second_factor(database, user, codes[0], now)
    fresh = renew_recovery_codes(database, user, now)
    assert not use_second_factor(database, user, codes[1], now)
    assert use_second_factor(database, user, fresh[1], now)
    assert count_recovery_codes(database, user.id) == RECOVERY_CODES - 1


def test_recovery_codes_work_when_the_key_of_the_installation_is_lost(
    config: Config, database: Database, now: datetime
) -> None:
    user, secret, codes = switch_on(database, now)
    (config.root / "secret.key").unlink()
    assert not use_second_factor(database, user, code_now(secret, now + STEP), now + STEP)
    assert use_second_factor(database, user, codes[0], now)


def test_codes_work_after_the_key_of_the_installation_was_changed(
    config: Config, database: Database, now: datetime
) -> None:
    user, secret, _ = switch_on(database, now)
    before = (config.root / "secret.key").read_bytes()
    assert rotate_key(database).sealed == 1
    assert (config.root / "secret.key").read_bytes() != before
    assert use_second_factor(database, user, code_now(secret, now + STEP), now + STEP)


def test_secrets_are_not_in_the_files(config: Config, database: Database, now: datetime) -> None:
    _, secret, codes = switch_on(database, now)
    stored = b"".join(path.read_bytes() for path in config.root.iterdir())
    for text in (secret, secret.hex().encode(), show_secret(secret).encode(), *map(str.encode, codes)):
        assert text not in stored
