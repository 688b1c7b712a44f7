"""Train the heads of the intent classifier from the sentences in scripts/intents/ and write them as small arrays.

    pip install scikit-learn && python scripts/train_intents.py

Needs scikit-learn, which the product does not; never reads the evaluation set.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

SENTENCES = Path(__file__).parent / "intents"
CHOICE = re.compile(r"\{([^{}]*)\}")
SAMPLES_MAX = 8
# What surrounds the reason in real calls, so that the heads learn to pass over it.
BEFORE = {
    "en": ["hi", "hello there", "yeah hi um", "good morning", "uh yes hello", "so", "hey", "okay so basically", "um", "hi my name is Dana", "sorry to bother you"],
    "es": ["hola", "buenos días", "sí mire", "eh", "buenas tardes"],
    "fr": ["bonjour", "oui bonjour", "euh alors", "allô oui", "bonsoir"],
    "de": ["hallo", "guten Tag", "ja hallo", "ähm also", "moin"],
    "pt": ["olá", "bom dia", "oi então", "é", "boa tarde"],
    "it": ["buongiorno", "salve", "sì allora", "ehm", "pronto"],
    "nl": ["hallo", "goedemorgen", "ja hoi", "eh dus", "goedendag"],
}
AFTER = {
    "en": ["thanks", "okay thank you bye", "it's Robert Hill", "yes that works", "five five five two one nine", "sure", "no that's all", "and the number is 40 71", "okay great", "yes", "perfect"],
    "es": ["gracias", "vale perfecto", "me llamo Ana", "sí", "de acuerdo"],
    "fr": ["merci", "d'accord parfait", "au nom de Leroy", "oui", "très bien"],
    "de": ["danke", "ja gut", "mein Name ist Braun", "ja", "alles klar"],
    "pt": ["obrigado", "tá bom", "meu nome é Rita", "sim", "perfeito"],
    "it": ["grazie", "va bene", "mi chiamo Bianchi", "sì", "perfetto"],
    "nl": ["bedankt", "prima", "mijn naam is Visser", "ja", "oké"],
}


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


def roughen(text: str, language: str, rng: random.Random) -> str:
    """The same words as a transcriber might give them: no punctuation, a greeting before, details behind."""
    if rng.random() < 0.6:
        text = f"{rng.choice(BEFORE[language])} {text}"
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        text = f"{text} {rng.choice(AFTER[language])}"
    return re.sub(r"[,.?!¿¡;]", "", text) if rng.random() < 0.5 else text


def build_examples() -> list[tuple[str, str, str, float]]:
    """(language, label, text, weight); a pattern weighs 1 whatever the number of its sentences."""
    rng = random.Random(4)
    rows = []
    for language, label, pattern in read_sentences():
        texts = expand(pattern, rng)
        weight = (len(texts) / SAMPLES_MAX) ** 0.5 / (2 * len(texts))
        for text in texts:
            rows += [(language, label, text, weight), (language, label, roughen(text, language, rng), weight)]
    return rows
