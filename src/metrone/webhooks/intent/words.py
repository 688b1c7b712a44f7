"""The words of a text as places in a hashed space: single words, pairs of words, pieces of three to five letters.

Pieces carry endings and mishearings over ("rescheduel", "reprogramarla"). Training and product use this one definition.
"""

import re
from zlib import crc32

# 2^14 places for about 60,000 different pieces of the training sentences; 2^15 changed no figure (docs/intents.md).
PLACES = 1 << 14
WORDS_MAX = 150
_WORD = re.compile(r"\w{1,40}")


def hash_words(text: str) -> list[int]:
    """The places that `text` fills, ascending, each once. Wants lower case; reads the first WORDS_MAX words."""
    words = [found.group() for found, _ in zip(_WORD.finditer(text), range(WORDS_MAX), strict=False)]
    pieces = {f"w{word}" for word in words} | {f"b{first} {second}" for first, second in zip(words, words[1:], strict=False)}
    for word in set(words):
        edged = f"<{word}>"
        pieces.update(f"c{edged[at : at + size]}" for size in (3, 4, 5) for at in range(len(edged) - size + 1))
    return sorted({crc32(piece.encode("utf-8", "replace")) % PLACES for piece in pieces})
