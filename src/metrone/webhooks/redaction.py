"""Makes e-mails and numbers in the words of a conversation unreadable, for projects that keep them. Pure text work."""

import re

WORDS_MAX = 200_000  # characters of one transcript that are kept; an hour of speech has about 50,000

_EMAIL = re.compile(r"[^\s@<>()\[\]\"',;:]{1,64}@[^\s@<>()\[\]\"',;:]{1,190}\.[a-zA-Z]{2,63}")
# Five digits or more, with what people write between them: phone, card, account and document numbers, post codes of five.
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/\u00a0\u2010-\u2015]{0,3}\d){4,}(?!\w)")
_SPOKEN = re.compile(
    r"\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)[\s,\-]+){4,}"
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)


def redact(words: str) -> str:
    """The words with `[e-mail]` and `[number]` in place of addresses and of numbers of five digits or more, spoken ones
    in English too. At most WORDS_MAX characters.
    """
    plain = _EMAIL.sub("[e-mail]", words[:WORDS_MAX])
    return _SPOKEN.sub("[number]", _NUMBER.sub("[number]", plain))
