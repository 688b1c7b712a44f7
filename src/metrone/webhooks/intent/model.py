"""The trained heads and how they weigh a text. The only module that needs numpy and the encoder: imported on first use.

The arrays in data/heads.npz are made by scripts/train_intents.py; nothing is trained here.
"""

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from metrone.webhooks.intent.encoder import Encoder, Vectors, WrongModel, load_encoder, shorten
from metrone.webhooks.intent.words import PLACES, hash_words

HEADS = Path(__file__).parent / "data" / "heads.npz"
log = logging.getLogger("metrone.webhooks")


# How much of the verdict is the sentence's; the rest is the words'. 0.3 to 0.6 make no difference on the open half.
SENTENCE_SHARE = 0.5
# A turn is passed over where the words say so more surely than this.
CHATTER_MIN = 0.5


@dataclass(frozen=True)
class Heads:
    """What training left: two linear heads over the same labels, and the middles of what each label sounds like."""

    labels: list[str]
    sentence: Vectors  # labels × 512
    sentence_bias: Vectors  # labels
    words: Vectors  # labels + 1 × PLACES; the last row is chatter
    words_bias: Vectors  # labels + 1
    rarity: Vectors  # PLACES: inverse document frequency
    mean: Vectors  # 512: of all sentences
    middles: Vectors  # n × 512, less the mean, of length 1: what own intents are held against


@dataclass(frozen=True)
class Model:
    """Heads and encoder. Without encoder (its files are wrong) the words alone decide, less well."""

    heads: Heads
    encoder: Encoder | None

    def encode(self, texts: list[str]) -> Vectors:
        """One vector per text; zeros where there is no encoder."""
        if self.encoder is None:
            return np.zeros((len(texts), self.heads.sentence.shape[1]), dtype=np.float32)
        return np.asarray(self.encoder.encode([shorten(text) for text in texts]), dtype=np.float32)

    def weigh(self, text: str, vector: Vectors) -> Vectors:
        """The probability of each of `labels`, for a text in lower case and its vector."""
        scores = self._score_words(text)[:-1]
        if self.encoder is not None:
            sentence = self.heads.sentence @ vector + self.heads.sentence_bias
            scores = (1 - SENTENCE_SHARE) * scores + SENTENCE_SHARE * sentence
        return _share_out(scores)

    def is_chatter(self, turn: str) -> bool:
        """Whether a turn (lower case) tells nothing of the reason: a name, a number, a greeting."""
        return bool(_share_out(self._score_words(turn))[-1] > CHATTER_MIN)

    def _score_words(self, text: str) -> Vectors:
        places = hash_words(text)
        weights = self.heads.rarity[places]
        length = float(np.linalg.norm(weights)) or 1.0
        scores: Vectors = self.heads.words[:, places] @ (weights / length) + self.heads.words_bias
        return scores

    @cached_property
    def labels(self) -> list[str]:
        """The labels in the order of `weigh`."""
        return self.heads.labels


def _share_out(scores: Vectors) -> Vectors:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def load_heads(path: Path = HEADS) -> Heads:
    """Read the arrays; they are stored as half floats."""
    with np.load(path, allow_pickle=False) as file:
        wide = {name: file[name].astype(np.float32) for name in file.files if name not in {"labels", "sentences"}}
        labels = [str(label) for label in file["labels"]]
    if wide["words"].shape != (len(labels) + 1, PLACES):
        raise ValueError(f"{path.name} does not fit this version; run scripts/train_intents.py")
    return Heads(labels=labels, **wide)


def load_model() -> Model:
    """Heads and encoder, read from disk. An encoder that is not the pinned one is left out, with a warning."""
    try:
        encoder = load_encoder()
    except WrongModel as error:
        log.warning("intents: %s; intents are told by words alone until then", error)
        encoder = None
    return Model(load_heads(), encoder)
