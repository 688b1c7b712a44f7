"""The words of a text as places in a hashed space: single words, pairs of words, pieces of three to five letters.

Pieces carry endings and mishearings over ("rescheduel", "reprogramarla"). Training and product use this one definition.
"""

import re
from itertools import islice, pairwise
from zlib import crc32

# Small enough to ship (17 labels × 16,384 half floats); pieces that share a place hardly matter among hundreds.
PLACES = 1 << 14
WORDS_MAX = 150
_WORD = re.compile(r"\w{1,40}")


def hash_words(text: str) -> list[int]:
    """The places that `text` fills, ascending, each once. Wants lower case; reads the first WORDS_MAX words."""
    words = [found.group() for found in islice(_WORD.finditer(text), WORDS_MAX)]
    pieces = {f"w{word}" for word in words} | {f"b{first} {second}" for first, second in pairwise(words)}
    for word in set(words):
        edged = f"<{word}>"
        pieces.update(f"c{edged[at : at + size]}" for size in (3, 4, 5) for at in range(len(edged) - size + 1))
    return sorted({crc32(piece.encode("utf-8", "replace")) % PLACES for piece in pieces})
