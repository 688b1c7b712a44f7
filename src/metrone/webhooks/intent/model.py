"""The trained heads and how they weigh a text. The only module that needs numpy and the encoders: imported on first use.

The arrays in data/heads.npz are made by scripts/train_intents.py; nothing is trained here.
"""

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from metrone.webhooks.intent import english
from metrone.webhooks.intent.encoder import NAME, Encoder, Vectors, WrongModel, load_encoder, shorten
from metrone.webhooks.intent.english import EnglishEncoder, find_folder, load_english
from metrone.webhooks.intent.words import PLACES, hash_words

HEADS = Path(__file__).parent / "data" / "heads.npz"
log = logging.getLogger("metrone.webhooks")


# A turn is passed over where the words say so more surely than this.
CHATTER_MIN = 0.5


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the verdict each head has; where one is missing the others share its part."""

    words: float
    sentence: float
    english: float = 0.0


# Trained without en-7, told of its sentences (`train_intents.py --judge en-7`): half and half 63 %, the best without English;
# these for English 73 %, the best of all mixtures in tenths 73 %.
SHARES = Shares(words=0.5, sentence=0.5)
ENGLISH_SHARES = Shares(words=0.35, sentence=0.15, english=0.5)


@dataclass(frozen=True)
class Heads:
    """What training left: linear heads over the same labels, and the middles of what each label sounds like."""

    labels: list[str]
    sentence: Vectors  # labels × 512
    sentence_bias: Vectors  # labels
    english: Vectors  # labels × 384
    english_bias: Vectors  # labels
    words: Vectors  # labels + 1 × PLACES; the last row is chatter
    words_bias: Vectors  # labels + 1
    is_english: Vectors  # PLACES: which words are English (above 0), which are not
    is_english_bias: Vectors  # one number
    rarity: Vectors  # PLACES: inverse document frequency
    mean: Vectors  # 512: of all sentences
    middles: Vectors  # n × 512, less the mean, of length 1: what own intents are held against


@dataclass(frozen=True)
class Model:
    """Heads and encoders. Without any encoder (its files are wrong) the words alone decide, less well."""

    heads: Heads
    encoder: Encoder | None
    english: EnglishEncoder | None = None

    def encode(self, texts: list[str]) -> Vectors:
        """One vector per text; zeros where there is no encoder."""
        if self.encoder is None:
            return np.zeros((len(texts), self.heads.sentence.shape[1]), dtype=np.float32)
        return np.asarray(self.encoder.encode([shorten(text) for text in texts]), dtype=np.float32)

    def weigh(self, text: str, vector: Vectors) -> Vectors:
        """The probability of each of `labels`, for a text in lower case and its vector."""
        heads, shares = self.heads, SHARES
        parts = []
        if self.english is not None and self.is_english(text):
            shares = ENGLISH_SHARES
            meaning = self.english.encode([shorten(text)])[0]
            parts.append((shares.english, heads.english @ meaning + heads.english_bias))
        if self.encoder is not None:
            parts.append((shares.sentence, heads.sentence @ vector + heads.sentence_bias))
        parts.append((shares.words, self._score_words(text)[:-1]))
        total = sum(share for share, _ in parts)
        return _share_out(np.sum([share / total * scores for share, scores in parts], axis=0))

    def is_chatter(self, turn: str) -> bool:
        """Whether a turn (lower case) tells nothing of the reason: a name, a number, a greeting."""
        return bool(_share_out(self._score_words(turn))[-1] > CHATTER_MIN)

    def is_english(self, text: str) -> bool:
        """Whether a text (lower case) is English rather than one of the six other languages."""
        places, weights = self._read_words(text)
        return bool(self.heads.is_english[places] @ weights + self.heads.is_english_bias[0] > 0)

    def _score_words(self, text: str) -> Vectors:
        places, weights = self._read_words(text)
        scores: Vectors = self.heads.words[:, places] @ weights + self.heads.words_bias
        return scores

    def _read_words(self, text: str) -> tuple[list[int], Vectors]:
        places = hash_words(text)
        weights = self.heads.rarity[places]
        return places, weights / (float(np.linalg.norm(weights)) or 1.0)

    @cached_property
    def labels(self) -> list[str]:
        """The labels in the order of `weigh`."""
        return self.heads.labels

    @cached_property
    def encoders(self) -> list[str]:
        """The names of what understands sentences here, in the order of their coming."""
        return [NAME] * (self.encoder is not None) + [english.NAME] * (self.english is not None)


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


def load_model(*, with_extra: bool = True) -> Model:
    """Heads and encoders, read from disk. An encoder that is not the pinned one is left out, with a warning.

    The English one is there where its extra is installed and wanted.
    """
    try:
        encoder = load_encoder()
    except WrongModel as error:
        log.warning("intents: %s; intents are told without it until then", error)
        encoder = None
    return Model(load_heads(), encoder, _load_extra() if with_extra else None)


def _load_extra() -> EnglishEncoder | None:
    folder = find_folder()
    try:
        return load_english(folder) if folder else None
    except WrongModel as error:
        log.warning("intents: %s; English is told without metrone[intents-en] until then", error)
        return None
