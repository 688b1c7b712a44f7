"""Intents of a customer's own, learned from a few examples: near enough to them, and nearer than to what is known already."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from metrone.webhooks.intent.encoder import Vectors
from metrone.webhooks.intent.labels import LABELS
from metrone.webhooks.intent.model import Model
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
    """Vectors of the examples, by intent."""

    vectors: dict[str, Vectors]

    def find(self, vector: Vectors, middles: Vectors) -> tuple[str, float] | None:
        """The nearest own intent and how sure that is (0.5 to 1), or None where a known intent is nearer."""
        best = max(((_nearness(rows, vector), name) for name, rows in self.vectors.items()), default=(0.0, ""))
        margin = best[0] - float(np.max(middles @ vector, initial=0.0))
        if best[0] < NEAR_MIN or margin < MARGIN_MIN:
            return None
        return best[1], float(0.5 + min(0.49, 1.5 * (margin - MARGIN_MIN)))


# Measured on three invented businesses (tests/webhooks/intent/test_own.py) and the evaluation set; see docs/intents.md.
NEAR_MIN = 0.45
MARGIN_MIN = 0.0


def learn_examples(examples: Iterable[Example], model: Model) -> OwnIntents:
    """Vectors of the examples. Raises BadExamples for names, counts and texts that cannot be used."""
    texts: dict[str, list[str]] = {}
    for example in examples:
        if not NAME.fullmatch(example.intent):
            raise BadExamples(f"{example.intent[:80]!r} is no name for an intent; use a-z, 0-9 and _, and begin with a letter.")
        if example.intent in LABELS:
            raise BadExamples(f"{example.intent} is an intent that Metrone knows; choose another name.")
        said = read_caller(example.text)
        if not said:
            raise BadExamples(f"An example of {example.intent} has no words of the caller; give what was said.")
        texts.setdefault(example.intent, []).append(" ".join(said).lower())
    if len(texts) > INTENTS_MAX:
        raise BadExamples(f"These are {len(texts)} intents; {INTENTS_MAX} can be learned.")
    for name, said_all in texts.items():
        if not EXAMPLES_MIN <= len(said_all) <= EXAMPLES_MAX:
            raise BadExamples(f"{name} has {len(said_all)} examples; give between {EXAMPLES_MIN} and {EXAMPLES_MAX}.")
    return OwnIntents({name: model.encode(said_all) for name, said_all in texts.items()})


def _nearness(rows: Vectors, vector: Vectors) -> float:
    """How near a text is to an intent: the mean of its two nearest examples, so that one odd example does not decide."""
    return float(np.mean(np.sort(rows @ vector)[-2:]))
