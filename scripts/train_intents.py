"""Train the heads of the intent classifier from the sentences in scripts/intents/ and write them as small arrays.

    pip install scikit-learn && python scripts/train_intents.py            # about 3 minutes
    python scripts/train_intents.py --judge en-6    # trains with the other files, prints how it does on this one

Needs metrone[intents-en] and scikit-learn, which the product does not; never reads the evaluation sets.
"""

import hashlib
import itertools
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

from metrone.webhooks.intent.encoder import Encoder, load_encoder, shorten
from metrone.webhooks.intent.english import EnglishEncoder, find_folder, load_english
from metrone.webhooks.intent.labels import LABELS
from metrone.webhooks.intent.model import HEADS, Heads, Model, Shares
from metrone.webhooks.intent.words import PLACES, hash_words

ROOT = Path(__file__).resolve().parent.parent
MIDDLES = 30
SENTENCES = Path(__file__).parent / "intents"
CHOICE = re.compile(r"\{([^{}]*)\}")
SAMPLES_MAX = 8
# Slots, greetings and details are drawn anew this often: one draw alone moves the evaluation by up to 2 in 100.
ROUNDS = 2
# Names, numbers, greetings: what surrounds the reason of a real call. A label of its own for the head of words (turns of
# it are passed over), and put around other sentences, so that the heads learn to look past it.
CHATTER = "chatter"


class Row(NamedTuple):
    """One sentence to learn from."""

    language: str
    label: str
    text: str
    weight: float


def list_files() -> list[Path]:
    """The files of sentences, in order."""
    return sorted(SENTENCES.glob("*.txt"))


def read_sentences(paths: list[Path]) -> Iterator[tuple[str, str, str]]:
    """(language, label, pattern) of every line of these files."""
    for path in paths:
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
    text = " ".join((*rng.sample(chatter, before), text, *rng.sample(chatter, after))) if chatter else text
    return re.sub(r"[,.?!¿¡;]", "", text) if rng.random() < 0.5 else text


def build_examples(paths: list[Path]) -> list[Row]:
    """The sentences of these files, each once clean and once rough a round."""
    rng = random.Random(4)
    patterns = list(read_sentences(paths))
    return [row for _ in range(ROUNDS) for row in _build_round(patterns, rng)]


def _build_round(patterns: list[tuple[str, str, str]], rng: random.Random) -> Iterator[Row]:
    """A pattern weighs much the same whatever the number of its sentences."""
    sentences = [(language, label, expand(pattern, rng)) for language, label, pattern in patterns]
    chatter: dict[str, list[str]] = {}
    for language, label, texts in sentences:
        chatter.setdefault(language, []).extend(texts if label == CHATTER else ())
    for language, label, texts in sentences:
        weight = (len(texts) / SAMPLES_MAX) ** 0.5 / (2 * len(texts))
        for text in texts:
            yield Row(language, label, text, weight)
            yield Row(language, label, roughen(text, chatter.get(language, []), rng), weight)


def fit_head(features: Any, rows: list[Row]) -> tuple[Any, Any]:
    """Coefficients and bias of a multinomial logistic regression, in the order of the sorted labels, chatter last."""
    weights = np.array([row.weight for row in rows])
    head = LogisticRegression(C=10, max_iter=200, tol=1e-3)
    head.fit(features, [row.label for row in rows], sample_weight=weights / weights.mean())
    order = sorted(range(len(head.classes_)), key=lambda at: (head.classes_[at] == CHATTER, head.classes_[at]))
    return head.coef_[order], head.intercept_[order]


def fit_language(features: Any, rows: list[Row]) -> tuple[Any, Any]:
    """Coefficients and bias that are above 0 for English, below for the other languages."""
    head = LogisticRegression(C=10, max_iter=200, tol=1e-3, class_weight="balanced")
    head.fit(features, [row.language == "en" for row in rows])
    return head.coef_[0], head.intercept_


def encode(encoder: Encoder | EnglishEncoder, texts: list[str]) -> Any:
    """One vector per text; each different text is encoded once."""
    different = sorted({shorten(text) for text in texts})
    vectors = np.concatenate([encoder.encode(different[at : at + 256]) for at in range(0, len(different), 256)])
    place = {text: at for at, text in enumerate(different)}
    return np.asarray(vectors)[[place[shorten(text)] for text in texts]]


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


def train(rows: list[Row], encoder: Encoder, english: EnglishEncoder) -> dict[str, Any]:
    """The arrays of model.Heads, but for its labels."""
    telling = [row for row in rows if row.label != CHATTER]
    spoken = [row for row in telling if row.language == "en"]
    vectors = encode(encoder, [row.text for row in telling])
    features, rarity = build_word_features([row.text for row in rows])
    words, words_bias = fit_head(features, rows)
    sentence, sentence_bias = fit_head(vectors, telling)
    in_english, in_english_bias = fit_head(encode(english, [row.text for row in spoken]), spoken)
    is_english, is_english_bias = fit_language(features, rows)
    mean = vectors.mean(axis=0)
    return {
        "sentence": sentence,
        "sentence_bias": sentence_bias,
        "english": in_english,
        "english_bias": in_english_bias,
        "words": words,
        "words_bias": words_bias,
        "is_english": is_english,
        "is_english_bias": is_english_bias,
        "rarity": rarity,
        "mean": mean,
        "middles": find_middles(normalize(vectors - mean), [row.label for row in telling]),
    }


def judge(stem: str) -> None:
    """Train with all files but one, and print how many of that one's sentences are told rightly, by the heads' shares."""
    encoder, english = load_encoders()
    taught = train(build_examples([path for path in list_files() if path.stem != stem]), encoder, english)
    model = Model(Heads(labels=sorted(LABELS), **taught), encoder, english)
    asked = [row for row in build_examples([SENTENCES / f"{stem}.txt"])[::7] if row.label != CHATTER]
    texts = [row.text.lower() for row in asked]
    scores = {
        "words": np.array([model._score_words(text)[:-1] for text in texts]),
        "sentence": encode(encoder, texts) @ taught["sentence"].T + taught["sentence_bias"],
        "english": encode(english, texts) @ taught["english"].T + taught["english_bias"],
    }
    right = np.array([model.labels.index(row.label) for row in asked])
    for shares in (Shares(*(tenth / 10 for tenth in tenths)) for tenths in itertools.product(range(11), repeat=3)):
        if abs(shares.words + shares.sentence + shares.english - 1) < 0.01:
            mixed = sum(getattr(shares, name) * score for name, score in scores.items())
            sys.stdout.write(f"{(mixed.argmax(axis=1) == right).mean():.4f} {shares}\n")
    told = np.mean([model.is_english(text) == (row.language == "en") for text, row in zip(texts, asked, strict=True)])
    sys.stdout.write(f"{told:.4f} of the languages\n")


def load_encoders() -> tuple[Encoder, EnglishEncoder]:
    """Both encoders; without the English one there is nothing to train for it."""
    folder = find_folder()
    if folder is None:
        raise SystemExit("install metrone[intents-en] first")
    return load_encoder(), load_english(folder)


def main() -> None:
    """Train and write src/metrone/webhooks/intent/data/heads.npz."""
    rows = build_examples(list_files())
    HEADS.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        HEADS,
        labels=np.array(sorted(LABELS)),
        sentences=np.array(digest_sentences()),
        **{name: array.astype(np.float16) for name, array in train(rows, *load_encoders()).items()},
    )
    sys.stdout.write(f"{len(rows)} sentences → {HEADS.relative_to(ROOT)}, {HEADS.stat().st_size / 1e6:.2f} MB\n")


def digest_sentences() -> str:
    """The fingerprint of the sentences; a test holds the arrays to it."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in list_files())).hexdigest()


if __name__ == "__main__":
    judge(sys.argv[2]) if sys.argv[1:2] == ["--judge"] else main()
