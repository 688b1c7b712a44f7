"""Train the heads of the intent classifier from the sentences in scripts/intents/ and write them as small arrays.

    pip install scikit-learn && python scripts/train_intents.py

Needs scikit-learn, which the product does not; never reads the evaluation set.
"""

import hashlib
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from metrone.webhooks.intent.encoder import load_encoder, shorten
from metrone.webhooks.intent.labels import LABELS
from metrone.webhooks.intent.model import HEADS
from metrone.webhooks.intent.words import PLACES, hash_words

ROOT = Path(__file__).resolve().parent.parent
MIDDLES = 30
SENTENCES = Path(__file__).parent / "intents"
CHOICE = re.compile(r"\{([^{}]*)\}")
SAMPLES_MAX = 8
# Names, numbers, greetings: what surrounds the reason of a real call. A label of its own for the head of words (turns of
# it are passed over), and put around other sentences, so that the heads learn to look past it.
CHATTER = "chatter"


class Row(NamedTuple):
    """One sentence to learn from."""

    language: str
    label: str
    text: str
    weight: float


def read_sentences() -> Iterator[tuple[str, str, str]]:
    """(language, label, pattern) of every line of every file."""
    for path in sorted(SENTENCES.glob("*.txt")):
        label = ""
        for line in path.read_text().splitlines():
            if line.startswith("# "):
                label = line[2:].strip()
            elif line.strip():
                yield path.stem[:2], label, line.strip()


def expand(pattern: str, rng: random.Random) -> list[str]:
    """Up to SAMPLES_MAX different sentences of a pattern with {one|or|other}."""
    made = {pattern} if "{" not in pattern else set()
    for _ in range(SAMPLES_MAX * 3 if not made else 0):
        text = CHOICE.sub(lambda found: rng.choice(found[1].split("|")), pattern)
        made.add(" ".join(text.split()))
        if len(made) == SAMPLES_MAX:
            break
    return sorted(made)


def roughen(text: str, chatter: list[str], rng: random.Random) -> str:
    """The same words as a transcriber might give them: no punctuation, a greeting before, details behind."""
    before = rng.choice((0, 1, 1))
    after = rng.choice((0, 0, 1, 1, 2, 3, 6))
    text = " ".join((*rng.sample(chatter, before), text, *rng.sample(chatter, after)))
    return re.sub(r"[,.?!¿¡;]", "", text) if rng.random() < 0.5 else text


def build_examples() -> list[Row]:
    """Every sentence once clean and once rough; a pattern weighs much the same whatever the number of its sentences."""
    rng = random.Random(4)
    sentences = [(language, label, expand(pattern, rng)) for language, label, pattern in read_sentences()]
    chatter: dict[str, list[str]] = {}
    for language, label, texts in sentences:
        chatter.setdefault(language, []).extend(texts if label == CHATTER else ())
    rows = []
    for language, label, texts in sentences:
        weight = (len(texts) / SAMPLES_MAX) ** 0.5 / (2 * len(texts))
        for text in texts:
            rows += [
                Row(language, label, text, weight),
                Row(language, label, roughen(text, chatter[language], rng), weight),
            ]
    return rows


def fit_head(features: Any, rows: list[Row]) -> tuple[Any, Any]:
    """Coefficients and bias of a multinomial logistic regression, in the order of the sorted labels, chatter last."""
    weights = np.array([row.weight for row in rows])
    head = LogisticRegression(C=10, max_iter=200, tol=1e-3)
    head.fit(features, [row.label for row in rows], sample_weight=weights / weights.mean())
    order = sorted(range(len(head.classes_)), key=lambda at: (head.classes_[at] == CHATTER, head.classes_[at]))
    return head.coef_[order], head.intercept_[order]


def build_word_features(texts: list[str]) -> tuple[Any, Any]:
    """Rows of length 1 in the hashed space of words, and the rarity of each place."""
    places = [hash_words(text.lower()) for text in texts]
    columns = np.fromiter((place for row in places for place in row), dtype=np.int32)
    ends = np.cumsum([0, *map(len, places)])
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(columns, minlength=PLACES))) + 1
    rarity = rarity.astype(np.float16).astype(np.float32)
    return normalize(csr_matrix((rarity[columns], columns, ends), shape=(len(texts), PLACES))), rarity


def find_middles(vectors: Any, labels: list[str]) -> Any:
    """The middles of MIDDLES groups of each label's sentences, of length 1."""
    names = np.array(labels)
    groups = [
        KMeans(MIDDLES, n_init=1, random_state=4).fit(vectors[names == label]).cluster_centers_
        for label in sorted(LABELS)
    ]
    return normalize(np.concatenate(groups))


def main() -> None:
    """Train and write src/metrone/webhooks/intent/data/heads.npz."""
    rows = build_examples()
    telling = [row for row in rows if row.label != CHATTER]
    labels = [row.label for row in telling]
    vectors = np.asarray(load_encoder().encode([shorten(row.text) for row in telling]))
    features, rarity = build_word_features([row.text for row in rows])
    sentence, sentence_bias = fit_head(vectors, telling)
    words, words_bias = fit_head(features, rows)
    arrays = {
        "sentence": sentence,
        "sentence_bias": sentence_bias,
        "words": words,
        "words_bias": words_bias,
        "rarity": rarity,
        "mean": vectors.mean(axis=0),
        "middles": find_middles(normalize(vectors - vectors.mean(axis=0)), labels),
    }
    HEADS.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        HEADS,
        labels=np.array(sorted(LABELS)),
        sentences=np.array(digest_sentences()),
        **{name: array.astype(np.float16) for name, array in arrays.items()},
    )
    sys.stdout.write(f"{len(rows)} sentences → {HEADS.relative_to(ROOT)}, {HEADS.stat().st_size / 1e6:.2f} MB\n")


def digest_sentences() -> str:
    """The fingerprint of the sentences; a test holds the arrays to it."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SENTENCES.glob("*.txt")))).hexdigest()


if __name__ == "__main__":
    main()
