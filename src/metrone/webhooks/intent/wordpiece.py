"""English text → the numbers of its word pieces, as BERT's uncased models count them. Pure, and no more than those need.

Written here because `tokenizers`, which does the same, brings a client that downloads models and eleven packages more.
"""

import unicodedata
from itertools import chain
from pathlib import Path

# A longer run of letters is one unknown word, as in the model's own training.
WORD_MAX = 100


def read_vocabulary(path: Path) -> dict[str, int]:
    """Piece → its number: one piece a line, in order; "##" before a piece that continues a word."""
    return {piece: number for number, piece in enumerate(path.read_text(encoding="utf-8").splitlines())}


def number_pieces(text: str, vocabulary: dict[str, int], most: int) -> list[int]:
    """The numbers of at most `most` pieces, those of begin and end ([CLS], [SEP]) among them."""
    numbers = [vocabulary["[CLS]"]]
    for word in split_words(text):
        numbers += _number_word(word, vocabulary)
        if len(numbers) >= most:
            break
    return [*numbers[: most - 1], vocabulary["[SEP]"]]


def split_words(text: str) -> list[str]:
    """Words in lower case without accents; each sign of punctuation and each Chinese character is a word."""
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(chain.from_iterable(map(_place, plain))).split()


def _place(sign: str) -> str:
    if sign.isascii() and (sign.isalnum() or sign.isspace()):
        return sign
    kind = unicodedata.category(sign)
    if kind == "Mn":
        return ""
    if kind in {"Cc", "Cf"}:
        return " " if sign in "\t\n\r" else ""
    is_alone = kind.startswith("P") or (sign.isascii() and kind.startswith("S")) or _is_chinese(ord(sign))
    return f" {sign} " if is_alone else sign


def _is_chinese(code: int) -> bool:
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x2FA1F
    )


def _number_word(word: str, vocabulary: dict[str, int]) -> list[int]:
    """The longest pieces from the left; one [UNK] where a rest fits none."""
    numbers, start = [], 0
    while start < len(word) <= WORD_MAX:
        before = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if before + word[start:end] in vocabulary), start)
        if end == start:
            break
        numbers.append(vocabulary[before + word[start:end]])
        start = end
    return numbers if start == len(word) else [vocabulary["[UNK]"]]
