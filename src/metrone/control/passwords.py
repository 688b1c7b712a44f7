"""Passwords: which are good enough, and how they are kept (Argon2id). Knows no user and no table."""

import functools
import gzip
import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from metrone.control.errors import Invalid

LENGTH_MIN = 10
LENGTH_MAX = 256
BREACHED = Path(__file__).parent / "data" / "breached.txt.gz"
# RFC 9106, section 4, second recommended option. 0.15 s on the machine of docs/benchmarks.md, without the interpreter's lock.
_MEMORY_KIB = 65_536
_PASSES = 3
_LANES = 4
_SALT_BYTES = 16
_KEY_BYTES = 32
# A breached word stays one with so many digits and signs around it ("Sunshine2024!"); with more it is a password of its own.
_TRIMMINGS_MAX = 8
_LETTERS_MIN = 4  # different ones: "121212121212" is in no list


def check_password(password: str, about: Iterable[str] = ()) -> None:
    """Refuse what is guessed first: too short, in a list of breached passwords, or one of the words `about` the person.

    The list is read from a file beside this module: no password, and no part of one, leaves the machine. Raises Invalid.
    """
    if len(password) < LENGTH_MIN:
        raise Invalid("password", f"The password has {len(password)} characters; give it at least {LENGTH_MIN}.")
    if len(password) > LENGTH_MAX:
        raise Invalid("password", f"The password is longer than {LENGTH_MAX} characters; take a shorter one.")
    known = {word.casefold() for word in about if word} | {"metrone"}
    is_monotone = len(set(password)) < _LETTERS_MIN
    if is_monotone or any(form in known or form in _breached() for form in _forms(password.casefold())):
        raise Invalid("password", "This password is among the first that are guessed; take three or four random words.")


def hash_password(password: str) -> str:
    """The password's Argon2id hash with its parameters and salt, as PHC text. Takes a tenth of a second and 64 MiB."""
    machine = Argon2id(
        salt=os.urandom(_SALT_BYTES), length=_KEY_BYTES, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB
    )
    return machine.derive_phc_encoded(password.encode("utf-8", "surrogatepass"))


def verify_password(password: str, phc: str | None) -> bool:
    """Whether this is the password. Without a hash it takes as long and is False: nobody learns who has an account."""
    given = password.encode("utf-8", "surrogatepass")
    if len(password) > LENGTH_MAX:
        given = b""
    try:
        Argon2id.verify_phc_encoded(given, phc or _nobody())
    except InvalidKey:
        return False
    return phc is not None


@functools.cache
def _nobody() -> str:
    """A hash of bytes that nobody knows."""
    return hash_password(os.urandom(_KEY_BYTES).hex())


@functools.cache
def _breached() -> frozenset[str]:
    with gzip.open(BREACHED, "rt", encoding="utf-8") as file:
        return frozenset(file.read().splitlines())


def _forms(folded: str) -> Iterable[str]:
    """The password, what it repeats, and the word in it without the digits and signs around."""
    yield folded
    yield _repeated(folded)
    word = folded.strip("0123456789!@#$%&*?._-+=,;:/ ")
    if len(folded) - len(word) <= _TRIMMINGS_MAX:
        yield word
        yield _repeated(word)


def _repeated(text: str) -> str:
    """The shortest text that this one repeats; itself where it repeats none."""
    period = (text + text).find(text, 1)
    return text[:period] if 0 < period < len(text) else text
