"""Intents of a customer's own: found by examples, and not taken from what is known."""

import pytest

from metrone.webhooks.intent import Classifier, Conversation, teach
from metrone.webhooks.intent.own import EXAMPLES_MAX, INTENTS_MAX, BadExamples, Example
from tests.webhooks.intent.conversations import EVALUATION, OWN, read_lines

LINES = read_lines(OWN)
BUSINESSES = {
    "surgery": {"prescription_refill", "lab_results"},
    "hotel": {"room_service", "housekeeping"},
    "insurer": {"claim_new"},
    "shelter": {"adoption", "found_animal"},
}


def taught(business: str) -> Classifier:
    """A classifier that knows the intents of one business."""
    names = BUSINESSES[business]
    return teach(
        Example(row["intent"], row["text"]) for row in LINES if row["role"] == "example" and row["intent"] in names
    )


@pytest.mark.parametrize("business", BUSINESSES)
def test_own_intents_are_found(business: str) -> None:
    classifier = taught(business)
    calls = [row for row in LINES if row["role"] != "example" and row["intent"] in BUSINESSES[business]]
    right = [classifier.classify(Conversation(text=row["text"])).intent == row["intent"] for row in calls]
    assert sum(right) >= len(calls) - 1


@pytest.mark.parametrize("business", BUSINESSES)
def test_other_conversations_keep_their_intents(business: str) -> None:
    classifier, plain = taught(business), Classifier()
    lines = [Conversation(text=row["text"]) for row in read_lines(EVALUATION) if row["half"] == "open"]
    moved = [line for line in lines if classifier.classify(line).intent != plain.classify(line).intent]
    assert len(moved) <= 3


def test_second_is_a_known_intent_when_an_own_one_wins() -> None:
    verdict = taught("surgery").classify(Conversation(text="please refill my medication"))
    assert verdict.intent == "prescription_refill"
    assert verdict.second != "prescription_refill"
    assert 0.5 <= verdict.confidence < 1


def test_own_name_from_a_platform_is_kept() -> None:
    verdict = taught("insurer").classify(Conversation(text="hello", platform_intent="claim_new"))
    assert (verdict.intent, verdict.origin) == ("claim_new", "platform")


three = ["one more thing", "two more things", "three more things"]
BAD = {
    "no examples": [],
    "too few": [Example("mine", "only one")],
    "bad name": [Example("Not A Name!", text) for text in three],
    "known name": [Example("billing", text) for text in three],
    "no words": [Example("mine", "Agent: hello?\nCaller:") for _ in three],
    "too many": [Example("mine", "a text")] * (EXAMPLES_MAX + 1),
    "too many intents": [Example(f"mine_{number}", text) for number in range(INTENTS_MAX + 1) for text in three],
}


@pytest.mark.parametrize("case", BAD)
def test_bad_examples_are_refused(case: str) -> None:
    with pytest.raises(BadExamples):
        teach(BAD[case])
