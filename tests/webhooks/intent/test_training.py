"""The arrays come from the sentences that lie here, and the evaluation set from somebody else's mouth."""

import hashlib
import re
from pathlib import Path

import numpy as np

from metrone.webhooks.intent.labels import LABELS
from metrone.webhooks.intent.model import HEADS
from tests.webhooks.intent.conversations import EVALUATION, HELD_OUT, read_lines

SENTENCES = sorted((Path(__file__).parents[3] / "scripts" / "intents").glob("*.txt"))
# A run of words this long, shared by a conversation and a sentence, is no accident of the language any more.
RUN = 7


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of RUN words of a text."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def test_arrays_are_of_these_sentences() -> None:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in SENTENCES)).hexdigest()
    with np.load(HEADS, allow_pickle=False) as file:
        assert str(file["sentences"]) == digest, "run scripts/train_intents.py"
        assert [str(label) for label in file["labels"]] == sorted(LABELS)


def test_every_label_has_sentences_in_every_language() -> None:
    for language in ("en", "es", "fr", "de", "pt", "it", "nl"):
        text = "\n".join(path.read_text() for path in SENTENCES if path.stem.startswith(language))
        assert set(re.findall(r"^# (\w+)$", text, re.MULTILINE)) == {*LABELS, "chatter"}


def test_evaluation_sets_repeat_no_sentence() -> None:
    taught = set()
    for path in SENTENCES:
        for line in path.read_text().splitlines():
            # The first choice of each slot, then the last: the words between slots are in both.
            for pick in (0, -1):
                taught |= runs(re.sub(r"\{([^{}]*)\}", lambda found, at=pick: found[1].split("|")[at], line))  # type: ignore[misc]
    lines = read_lines(EVALUATION) + read_lines(HELD_OUT)
    assert [line["text"] for line in lines if runs(line["text"]) & taught] == []
