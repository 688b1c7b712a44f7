"""Encrypts what must be had again as it was, such as TOTP secrets: AES-256-GCM under a key derived from secret.key."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from metrone.config import Config
from metrone.control.errors import ControlError
from metrone.control.secret import load_secret

INFO = b"metrone vault 1: AES-256-GCM key and its id"
_NONCE_BYTES = 12  # random ones are good for 2**32 texts a key: NIST SP 800-38D, 8.3

Place = tuple[str | int, ...]


class Unopened(ControlError):
    """Sealed bytes cannot be read: their key is lost, or they were changed or moved. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that seals and opens."""

    cipher: AESGCM = field(repr=False)

    def seal(self, text: str, place: Place) -> bytes:
        """The text as bytes that only `open` with the same place reads."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, text.encode(), _bind(place))

    def open(self, sealed: bytes, place: Place) -> str:
        """The text that was sealed for this place. Raises Unopened."""
        try:
            return self.cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bind(place)).decode()
        except (InvalidTag, ValueError):
            raise Unopened("What is stored was sealed with another key; remove it and set it again.") from None


@dataclass(frozen=True, slots=True)
class Vault:
    """Where the key lies: the data folder."""

    root: Path

    def look(self) -> Keyring:
        """The key. Raises Unavailable."""
        secret = load_secret(Config(data_dir=str(self.root)))
        return Keyring(AESGCM(HKDF(SHA256(), 32, None, INFO).derive(secret)))

    ready = look


def _bind(place: Place) -> bytes:
    return "\n".join(map(str, place)).encode()
