"""A conversation → what the caller wanted, how sure that is, what else it may be, and who says so.

Everything heavy (numpy, the encoder, the heads) is loaded by the first text that a rule does not settle, once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Literal

from metrone.webhooks.intent.labels import LABELS, OTHER, RAW_MAX, map_name
from metrone.webhooks.intent.rules import settle
from metrone.webhooks.intent.turns import TEXT_MAX, clean, read_caller

if TYPE_CHECKING:
    from metrone.webhooks.intent.model import Model
    from metrone.webhooks.intent.own import Example, OwnIntents

Origin = Literal["platform", "rules", "model"]
# What a phrase of rules.py is worth: 97 % of those that match are right, on sentences that it was not written from.
RULE_CONFIDENCE = 0.95
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is known of a call or chat. `text` is a transcript, a message or a summary; every field may be empty or hostile."""

    text: str = ""
    kind: str = ""
    summary: str = ""
    subject: str = ""
    tags: tuple[str, ...] = ()
    platform_intent: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The intent, its probability (0 to 1), the runner-up, where it comes from, and the platform's own word for it."""

    intent: str
    confidence: float
    second: str
    origin: Origin
    raw: str = ""


class Classifier:
    """Tells intents; knows the labels of Metrone and, where it was taught, those of a customer. Safe for threads."""

    def __init__(self, own: "OwnIntents | None" = None) -> None:
        self._own = own

    def classify(self, conversation: Conversation) -> Verdict:
        """What the caller wanted. Never raises, whatever the texts hold; 20 ms at most, the first call about 1 s."""
        raw = clean(conversation.platform_intent[:RAW_MAX])
        given = self._map(raw)
        if given:
            return Verdict(given, 1.0, OTHER if given != OTHER else "support", "platform", raw)
        text = _choose_text(conversation)
        if text is None or not any(letter.isalpha() for letter in text):
            return Verdict(OTHER, RULE_CONFIDENCE, "spam", "rules", raw)
        lower = text.lower()
        settled = settle(lower)
        ranked = self._rank(lower)
        if settled and (not self._own or ranked[0][0] in LABELS):
            others = [label for label, _ in ranked if label != settled]
            return Verdict(settled, RULE_CONFIDENCE, others[0], "rules", raw)
        (intent, confidence), (second, _) = ranked[:2]
        return Verdict(intent, round(confidence, 4), second, "model", raw)

    def _map(self, raw: str) -> str | None:
        if self._own and raw in self._own.vectors:
            return raw
        return map_name(raw)

    def _rank(self, lower: str) -> list[tuple[str, float]]:
        """Labels with their probabilities, the likeliest first."""
        model = load()
        vector = model.encode([lower])[0]
        weights = model.weigh(lower, vector)
        ranked = sorted(zip(model.labels, (float(weight) for weight in weights), strict=True), key=lambda row: -row[1])
        found = self._own.find(vector, model.heads.middles) if self._own else None
        return [found, *ranked] if found else ranked


def load() -> "Model":
    """The model, read by the first caller; the others wait for it."""
    with _lock:
        return _load()


@cache
def _load() -> "Model":
    # Here and not above: a server that gets no calls pays neither 0.8 s nor 200 MB for them.
    from metrone.webhooks.intent.model import load_model

    return load_model()


def teach(examples: "Iterable[Example]") -> Classifier:
    """A classifier that also knows the intents of these examples (three or more each). Raises own.BadExamples."""
    from metrone.webhooks.intent.own import learn_examples

    return Classifier(learn_examples(examples, load()))


def _choose_text(conversation: Conversation) -> str | None:
    """The summary where there is one, else the caller's words with subject and tags; None where a caller said nothing."""
    summary = clean(conversation.summary[:TEXT_MAX])
    if summary:
        return summary
    about = clean(" ".join((conversation.subject[:500], *(tag[:100].replace("_", " ") for tag in conversation.tags[:20]))))
    said = read_caller(conversation.text[:TEXT_MAX]) if conversation.text else ""
    if said is None and not about:
        return None
    return " ".join(part for part in (about, said) if part)
