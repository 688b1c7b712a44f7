"""What is sealed opens again, in its place and by its key alone."""

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.config import Config
from metrone.control.errors import Unavailable
from metrone.control.vault import Keyring, Unopened, Vault

TEXT = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PLACE = ("webhook_secrets", 1, "vapi", "main")
text_of_any_kind = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def vault(config: Config) -> Vault:
    """A vault whose key is made at the first use."""
    return Vault(config.root)


def test_vault_makes_its_key_once_and_only_when_it_must_seal(vault: Vault) -> None:
    assert vault.look() == Keyring(())
    assert not vault.root.exists()
    sealed = vault.ready().seal(TEXT, PLACE)
    assert vault.look().open(sealed, PLACE) == vault.ready().open(sealed, PLACE) == TEXT
    assert [path.name for path in vault.root.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((vault.root / "secret.key").stat().st_mode) == 0o600


def test_sealed_bytes_differ_each_time_and_hold_no_text_and_no_key(vault: Vault) -> None:
    keyring = vault.ready()
    one, two = keyring.seal(TEXT, PLACE), keyring.seal(TEXT, PLACE)
    assert one[:9] == two[:9]  # format and key
    assert one[9:21] != two[9:21]  # nonce
    assert len(one) == 1 + 8 + 12 + len(TEXT) + 16
    secret = (vault.root / "secret.key").read_bytes()
    assert TEXT.encode() not in one
    assert keyring.keys[0].id not in secret
    assert "AESGCM" not in repr(keyring)


@given(text_of_any_kind, st.lists(text_of_any_kind | st.integers(0, 9), min_size=1, max_size=4))
def test_open_gives_any_text_in_its_place(
    tmp_path_factory: pytest.TempPathFactory, text: str, place: list[str | int]
) -> None:
    keyring = Vault(tmp_path_factory.getbasetemp()).ready()
    assert keyring.open(keyring.seal(text, tuple(place)), tuple(place)) == text


@pytest.mark.parametrize(
    "place",
    [
        ("webhook_secrets", 2, "vapi", "main"),
        ("webhook_secrets", 1, "retell", "main"),
        ("webhook_secrets", 1, "vapi", "sales"),
        ("webhook_secrets", 1, "vapi", ""),
        ("webhook_secrets", 1, "vapimain", ""),
        ("webhook_secrets", 1, 'vapi","main', ""),
        ("webhook_secrets", "1", "vapi", "main"),
        ("intent_examples", 1, "vapi", "main"),
        (),
    ],
)
def test_open_refuses_when_the_bytes_were_moved(vault: Vault, place: tuple[str | int, ...]) -> None:
    keyring = vault.ready()
    with pytest.raises(Unopened, match="moved here"):
        keyring.open(keyring.seal(TEXT, PLACE), place)


def test_open_refuses_when_any_bit_was_changed_or_a_byte_is_missing(vault: Vault) -> None:
    keyring = vault.ready()
    sealed = keyring.seal(TEXT, PLACE)
    changed = [bytes((*sealed[:at], sealed[at] ^ 1 << at % 8, *sealed[at + 1 :])) for at in range(len(sealed))]
    for each in (*changed, *(sealed[:length] for length in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(Unopened) as caught:
            keyring.open(each, PLACE)
        assert TEXT not in str(caught.value)


def test_open_says_what_to_do_when_the_key_is_lost(vault: Vault) -> None:
    sealed = vault.ready().seal(TEXT, PLACE)
    (vault.root / "secret.key").unlink()
    for keyring in (vault.look(), vault.ready()):
        assert not keyring.holds(sealed)
        with pytest.raises(Unopened, match=r"restore secret\.key from a backup, or set it anew"):
            keyring.open(sealed, PLACE)


@pytest.mark.parametrize(("content", "mode", "advice"), [(None, 0o604, "chmod 600"), (b"short", 0o600, "5 bytes")])
def test_look_keeps_the_trouble_when_the_file_is_weak(
    vault: Vault, content: bytes | None, mode: int, advice: str
) -> None:
    sealed = vault.ready().seal(TEXT, PLACE)
    path = vault.root / "secret.key"
    if content:
        path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(Unopened, match=advice):
        vault.look().open(sealed, PLACE)
    with pytest.raises(Unavailable, match=advice):
        vault.ready()


def test_next_key_seals_and_both_open_while_the_key_changes(vault: Vault) -> None:
    old = vault.ready().seal(TEXT, PLACE)
    keyring = vault.ready_next()
    assert vault.is_changing()
    new = vault.ready().seal(TEXT, PLACE)
    assert (keyring.is_newest(old), keyring.is_newest(new)) == (False, True)
    assert keyring.open(old, PLACE) == keyring.open(new, PLACE) == TEXT
    assert vault.ready_next().keys[0].id == keyring.keys[0].id
    os.replace(vault.root / "secret.key.next", vault.root / "secret.key")
    assert vault.look().open(new, PLACE) == TEXT
    assert not vault.look().holds(old)
