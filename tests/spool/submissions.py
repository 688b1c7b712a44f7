"""Submissions in a few words, and how tests hand them in."""

import asyncio

from metrone.spool.append import Spool
from metrone.spool.base import Entry, Receipt, Submission


def row(project_no: int, event_id: int, text: str = "x") -> bytes:
    """A row as the spool sees one: the project's number first, no line break."""
    return f'[{project_no},{event_id},"{text}"]'.encode()


def hashed(text: str) -> str:
    """Stands for a hashed key or digest: 20 characters, as intake makes them."""
    return text.replace(" ", "-").ljust(20, ".")[:20]


def submission(
    *ids: int, project_no: int = 1, key: str | None = None, keys: dict[int, str] | None = None
) -> Submission:
    """A request of the events `ids`; `keys` are the idempotency keys of single events, `key` that of the header."""
    inner = {number: hashed(text) for number, text in (keys or {}).items()}
    entries = [
        Entry(row(project_no, number), number, inner.get(number), hashed(f"digest {number}") if number in inner else "")
        for number in ids
    ]
    header = (hashed(key), hashed(f"body {ids}")) if key else (None, "")
    return Submission(project_no, f"req_{ids[0] if ids else 0}", entries, *header)


def append(spool: Spool, *submissions: Submission) -> list[Receipt]:
    """Hand them in at once and wait for all."""

    async def hand_in() -> list[Receipt]:
        return list(await asyncio.gather(*[spool.append(one) for one in submissions]))

    return asyncio.run(hand_in())
