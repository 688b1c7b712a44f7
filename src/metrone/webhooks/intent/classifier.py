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
# What a phrase of rules.py is worth: all 13 that match in the evaluation set are right, which leaves room for one in twenty.
RULE_CONFIDENCE = 0.95
# A long call has hundreds of turns; the reason is among the first that tell something. Measured on calls stretched by 4 to
# 16 turns of details: see docs/intents.md.
TURNS_MAX = 40
OPENING = 100
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
    """Tells intents; knows the labels of Metrone and, where it was taught, those of a customer. Safe for threads.

    `with_extra=False` leaves out metrone[intents-en] as if it were not installed.
    """

    def __init__(self, own: "OwnIntents | None" = None, *, with_extra: bool = True) -> None:
        self._own = own
        self._with_extra = with_extra

    @property
    def encoders(self) -> list[str]:
        """The names of the sentence encoders in use; loads them."""
        return load(with_extra=self._with_extra).encoders

    def classify(self, conversation: Conversation) -> Verdict:
        """What the caller wanted. Never raises, whatever the texts hold; 20 ms at most, the first call about 1 s."""
        raw = clean(conversation.platform_intent[:RAW_MAX])
        given = self._map(raw)
        if given:
            return Verdict(given, 1.0, OTHER if given != OTHER else "support", "platform", raw)
        turns = _choose_turns(conversation)
        if not any(letter.isalpha() for turn in turns for letter in turn):
            return Verdict(OTHER, RULE_CONFIDENCE, "spam", "rules", raw)
        settled = settle(" ".join(turns))
        ranked = self._rank(turns)
        if settled and (not self._own or ranked[0][0] in LABELS):
            others = [label for label, _ in ranked if label != settled]
            return Verdict(settled, RULE_CONFIDENCE, others[0], "rules", raw)
        (intent, confidence), (second, _) = ranked[:2]
        return Verdict(intent, round(confidence, 4), second, "model", raw)

    def _map(self, raw: str) -> str | None:
        if self._own and raw in self._own.names:
            return raw
        return map_name(raw)

    def _rank(self, turns: list[str]) -> list[tuple[str, float]]:
        """Labels with their probabilities, the likeliest first."""
        model = load(with_extra=self._with_extra)
        telling = [turn for turn in turns if not model.is_chatter(turn)] if len(turns) > 1 else turns
        lower = _join_opening(telling or turns)
        vector = model.encode([lower])[0]
        weights = model.weigh(lower, vector)
        ranked = sorted(zip(model.labels, (float(weight) for weight in weights), strict=True), key=lambda row: -row[1])
        found = self._own.find(vector, model.heads) if self._own else None
        return [found, *ranked] if found else ranked


def load(*, with_extra: bool = True) -> "Model":
    """The model, read by the first caller; the others wait for it."""
    with _lock:
        return _load(with_extra)


@cache
def _load(with_extra: bool) -> "Model":
    # Here and not above: a server that gets no calls pays neither 0.8 s nor 200 MB for them.
    from metrone.webhooks.intent.model import load_model

    return load_model(with_extra=with_extra)


def teach(examples: "Iterable[Example]", *, with_extra: bool = True) -> Classifier:
    """A classifier that also knows the intents of these examples (three or more each). Raises own.BadExamples."""
    from metrone.webhooks.intent.own import learn_examples

    return Classifier(learn_examples(examples, load(with_extra=with_extra)), with_extra=with_extra)


def _join_opening(turns: list[str]) -> str:
    """The first turns, until they hold OPENING characters; a single text whole."""
    said = ""
    for turn in turns:
        if len(said) >= OPENING:
            break
        said = f"{said} {turn}".strip()
    return said


def _choose_turns(conversation: Conversation) -> list[str]:
    """In lower case: the summary where there is one, else subject, tags and the caller's turns. Empty where nothing is said."""
    summary = clean(conversation.summary[:TEXT_MAX])
    if summary:
        return [summary.lower()]
    about = clean(
        " ".join((conversation.subject[:500], *(tag[:100].replace("_", " ") for tag in conversation.tags[:20])))
    )
    said = read_caller(conversation.text) if conversation.text else []
    return [turn.lower() for turn in (about, *(said or [])[:TURNS_MAX]) if turn]
