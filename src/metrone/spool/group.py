"""One commit in the making: what its submissions add, and which of their keys were used before. Writes nothing."""

import sqlite3
from collections import Counter

from metrone.spool import files
from metrone.spool.base import Entry, Receipt, Seen, Submission

WINDOW_SEC = 24 * 3600  # how long an idempotency key is remembered (product docs, "Authentication")


class Group:
    """One commit in the making: the rows, keys and counters of its submissions."""

    def __init__(self, now: float, month: str) -> None:
        self.now = now
        self.month = month
        self.rows: list[bytes] = []
        self.books: Counter[tuple[int, str]] = Counter()
        self._counts: Counter[int] = Counter()
        self._texts: list[str] = []
        self._fresh: dict[str, Seen] = {}
        self._seen: dict[str, Seen] = {}

    def fill(self, connection: sqlite3.Connection, submissions: list[Submission]) -> list[Receipt]:
        """Take them all in; a receipt each, in order. Looks keys up, writes nothing."""
        keys = [submission.key for submission in submissions if submission.key]
        keys += [entry.key for submission in submissions for entry in submission.entries if entry.key]
        if keys:
            self._seen = files.find_seen(connection, keys, self.now - WINDOW_SEC)
        if not self._seen and len(set(keys)) == len(keys):
            return self._take_all(submissions)
        return [self._take(submission) for submission in submissions]

    def note(self) -> files.Note:
        """What goes into the file beside the rows."""
        seen = self._texts + [_text(key, seen) for key, seen in self._fresh.items()]
        books = [(project_no, outcome, events) for (project_no, outcome), events in self.books.items()]
        return files.Note(self.now, self.month, len(self.rows), list(self._counts.items()), seen, books)

    def _take_all(self, submissions: list[Submission]) -> list[Receipt]:
        """No key came before, so everything is new: no event needs a decision of its own. The usual case, and the event
        loop waits for this thread's every microsecond.
        """
        self.rows = [entry.row for submission in submissions for entry in submission.entries]
        self._texts = [
            f"{entry.key}{entry.digest:20}{entry.event_id:019}{submission.request_id}"
            for submission in submissions
            for entry in submission.entries
            if entry.key
        ]
        for submission in submissions:
            if submission.key:
                self._texts.append(_text(submission.key, _first_of(submission)))
            if submission.entries:
                self._counts[submission.project_no] += len(submission.entries)
        for project_no, events in self._counts.items():
            self.books[project_no, "accepted"] += events
        return [Receipt()] * len(submissions)

    def _take(self, submission: Submission) -> Receipt:
        receipt = Receipt()
        entries = submission.entries
        project_no = submission.project_no
        if submission.key:
            receipt.repeated = self._claim(submission.key, _first_of(submission))
            if receipt.repeated:
                self.books[project_no, "duplicate"] += len(entries)
                return receipt
        taken = 0
        for index, entry in enumerate(entries):
            if entry.key and (before := self._claim(entry.key, _seen_of(entry, submission))):
                receipt.duplicates[index] = before
            else:
                self.rows.append(entry.row)
                taken += 1
        if taken:
            self._counts[project_no] += taken
            self.books[project_no, "accepted"] += taken
        if receipt.duplicates:
            self.books[project_no, "duplicate"] += len(receipt.duplicates)
        return receipt

    def _claim(self, key: str, claim: Seen) -> Seen | None:
        before = self._seen.get(key)
        if before is None:
            self._seen[key] = self._fresh[key] = claim
        return before


def _seen_of(entry: Entry, submission: Submission) -> Seen:
    return Seen(entry.event_id, submission.request_id, entry.digest)


def _first_of(submission: Submission) -> Seen:
    entries = submission.entries
    return Seen(entries[0].event_id if entries else 0, submission.request_id, submission.digest)


def _text(key: str, seen: Seen) -> str:
    """A key as files.Note.seen has it."""
    return f"{key}{seen.digest:20}{seen.event_id:019}{seen.request_id}"
