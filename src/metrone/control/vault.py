"""Encrypts what must be had again as it was, such as signing secrets: AES-256-GCM under a key derived from secret.key.

Knows keys, texts and sealed bytes, no table. What is only compared is hashed instead (keys.py, signin.py).
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from metrone.control.errors import ControlError, Unavailable
from metrone.control.secret import FILE_NAME, NEXT_NAME, is_changing, make_secret, read_secrets

FORMAT = b"\x01"
INFO = b"metrone vault 1: AES-256-GCM key and its id"
_KEY_BYTES = 32
_ID_BYTES = 8
_NONCE_BYTES = 12  # random ones are good for 2**32 texts a key: NIST SP 800-38D, 8.3
_HEAD_BYTES = len(FORMAT) + _ID_BYTES

Place = tuple[str | int, ...]


class Unopened(ControlError):
    """Sealed bytes cannot be read: their key is lost, or they were changed or moved. The message says what to do."""


@dataclass(frozen=True, slots=True)
class VaultKey:
    """One key. `id` stands at the head of everything that it sealed; it tells nothing of the key."""

    id: bytes
    cipher: AESGCM = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that there are. The first one seals, all open. `trouble` is why others could not be read."""

    keys: tuple[VaultKey, ...]
    trouble: str = ""

    def seal(self, text: str, place: Place) -> bytes:
        """The text as bytes that only `open` with the same place reads: format, key's id, nonce, ciphertext with tag."""
        key = self.keys[0]
        head, nonce = FORMAT + key.id, os.urandom(_NONCE_BYTES)
        return head + nonce + key.cipher.encrypt(nonce, text.encode(), _bind(head, place))

    def open(self, sealed: bytes, place: Place) -> str:
        """The text that was sealed for this place. Raises Unopened."""
        key = self._find(sealed)
        if key is None:
            raise Unopened(
                self.trouble or f"Its key is lost; restore {FILE_NAME} from a backup, or set it anew with --replace."
            )
        head, nonce, rest = (
            sealed[:_HEAD_BYTES],
            sealed[_HEAD_BYTES:][:_NONCE_BYTES],
            sealed[_HEAD_BYTES:][_NONCE_BYTES:],
        )
        try:
            return key.cipher.decrypt(nonce, rest, _bind(head, place)).decode()
        except (InvalidTag, ValueError):
            raise Unopened(
                "What is stored was changed, or moved here from elsewhere; set it anew with --replace."
            ) from None

    def with_keys_of(self, other: "Keyring") -> "Keyring":
        """The keys of both; the newer one is `other`."""
        return Keyring((*other.keys, *self.keys), other.trouble)

    def holds(self, sealed: bytes) -> bool:
        """Whether the key that sealed this is here."""
        return self._find(sealed) is not None

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the key that seals now sealed this too."""
        return self._find(sealed) is self.keys[0]

    def _find(self, sealed: bytes) -> VaultKey | None:
        return next((key for key in self.keys if sealed[:_HEAD_BYTES] == FORMAT + key.id), None)


@dataclass(frozen=True, slots=True)
class Vault:
    """Where the keys lie: the data folder. They are read anew each time, as a command may change them."""

    root: Path

    def look(self) -> Keyring:
        """The keys that there are, which may be none. Makes nothing and never fails."""
        try:
            return self._read()
        except Unavailable as error:
            return Keyring((), str(error))

    def ready(self) -> Keyring:
        """The keys, with one that seals. Only inside a write: a change of the key is one too. Raises Unavailable."""
        make_secret(self.root, FILE_NAME)
        return self._read()

    def ready_next(self) -> Keyring:
        """As `ready`, with a next key that seals; one that waits already is taken. Raises Unavailable."""
        make_secret(self.root, FILE_NAME)
        make_secret(self.root, NEXT_NAME)
        return self._read()

    def is_changing(self) -> bool:
        """Whether a change of the key was begun and not ended."""
        return is_changing(self.root)

    def _read(self) -> Keyring:
        return Keyring(tuple(_derive(secret) for secret in read_secrets(self.root)))


def _derive(secret: bytes) -> VaultKey:
    made = HKDF(SHA256(), length=_KEY_BYTES + _ID_BYTES, salt=None, info=INFO).derive(secret)
    return VaultKey(made[_KEY_BYTES:], AESGCM(made[:_KEY_BYTES]))


def _bind(head: bytes, place: Place) -> bytes:
    """The associated data. A JSON list, because no two places may be written alike."""
    return head + msgspec.json.encode(place)
