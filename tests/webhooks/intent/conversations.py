"""The labelled conversations that intents are judged by, and the customer's own ones."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
EVALUATION = FOLDER / "evaluation.jsonl"
# Written later by another hand than the sentences of that time; `sealed` was never looked at miss by miss, `hard` is long
# and indirect on purpose.
HELD_OUT = FOLDER / "heldout.jsonl"
OWN = FOLDER / "own.jsonl"


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines()]
