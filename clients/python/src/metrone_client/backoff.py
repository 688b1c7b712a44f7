"""How long to wait before trying again. Pure: the dice are an argument."""

from __future__ import annotations

FIRST_SEC = 0.5
LONGEST_SEC = 60.0
LONGEST_OBEYED_SEC = 3600.0  # a used-up quota says "next month", and may be raised any minute


def wait_after(failures: int, retry_after_sec: float | None, dice: float) -> float:
    """Seconds to wait after `failures` in a row: the server's own word, at most an hour of it, else 0.5, 1, 2 … 60.

    Up to half as much again is added by chance (`dice` in 0–1), so that a crowd of senders does not come back at once.
    """
    if retry_after_sec is not None:
        least = min(retry_after_sec, LONGEST_OBEYED_SEC)
    else:
        least = min(FIRST_SEC * 2.0 ** min(failures - 1, 10), LONGEST_SEC)
    return float(least * (1 + dice / 2))
