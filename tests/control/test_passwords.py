"""Which passwords are refused, and how one is kept."""

import pytest

from metrone.control.errors import Invalid
from metrone.control.passwords import LENGTH_MAX, check_password, hash_password, verify_password

GOOD = "violet anchor humming drum"


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 9, "password123", "PASSWORD2024!", "Sunshine2024!", "qwertyuiop", "1234567890", "monkeymonkey",
     "!!iloveyou!!", "121212121212", "a" * 30, "metrone2026", "ann.smith99", "ann.smith@shop.example", "x" * (LENGTH_MAX + 1)],
)  # fmt: skip
def test_check_password_refuses_what_is_guessed_first(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password, ["ann.smith@shop.example", "ann.smith"])
    assert caught.value.field == "password"
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize(
    "password", [GOOD, "kT4#mw0!qZ", "ünïcödé über alles", "love 8471937462 lamp", "日本語のパスワードです"]
)
def test_check_password_takes_what_is_not(password: str) -> None:
    check_password(password, ["ann.smith@shop.example"])


def test_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    one, two = hash_password(GOOD), hash_password(GOOD)
    assert one != two
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert verify_password(GOOD, one)
    assert not verify_password(GOOD + " ", one)


@pytest.mark.parametrize("password", ["", "\udc80", "x" * 100_000, "\0"])
def test_verify_password_is_false_for_anything_else(password: str) -> None:
    assert not verify_password(password, hash_password(GOOD))
    assert not verify_password(password, None)
