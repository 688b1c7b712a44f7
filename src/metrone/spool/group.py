"""One commit in the making: what its submissions add, and which of their keys were used before. Writes nothing."""

from collections import Counter
from collections.abc import Callable

from metrone.spool.base import Beside, Entry, Receipt, Seen, Submission
from metrone.spool.ledger import Note, key_text

WINDOW_SEC = 24 * 3600  # how long an idempotency key is remembered (product docs, "Authentication")

Find = Callable[[list[str]], dict[str, Seen]]  # those of the keys that were used within the window


class Group:
    """One commit in the making: the rows, keys and counters of its submissions."""

    def __init__(self, now: float, month: str) -> None:
        self.now = now
        self.month = month
        self.rows: list[bytes] = []
        self.books: Counter[tuple[int, str]] = Counter()
        self._counts: Counter[int] = Counter()
        self._texts: list[str] = []
        self._beside: list[Beside] = []
        self._kept: list[tuple[str, str]] = []
        self._seen: dict[str, Seen] = {}

    def fill(self, submissions: list[Submission], find: Find) -> list[Receipt]:
        """Take them all in; a receipt each, in order. Looks keys up, writes nothing."""
        keys = [entry.key for submission in submissions for entry in submission.entries if entry.key]
        keys += [submission.key for submission in submissions if submission.key]
        if keys:
            self._seen = find(keys)
        if not self._seen and len(set(keys)) == len(keys):
            return self._take_all(submissions)
        return [self._take(submission) for submission in submissions]

    def note(self) -> Note:
        """What goes into the log beside the rows."""
        books = [(project_no, outcome, events) for (project_no, outcome), events in self.books.items()]
        return Note(self.month, list(self._counts.items()), books, self._texts, self._beside, self._kept)

    def _take_all(self, submissions: list[Submission]) -> list[Receipt]:
        """No key came before, so everything is new: no event needs a decision of its own. The usual case, and the event
        loop waits for this thread's every microsecond.
        """
        self.rows = [entry.row for submission in submissions for entry in submission.entries]
        self._texts = [
            key_text(entry.key, entry.digest, entry.event_id, self.now, submission.request_id)
            for submission in submissions
            for entry in submission.entries
            if entry.key
        ]
        for submission in submissions:
            if submission.key:
                self._texts.append(self._text(submission.key, _first_of(submission)))
            if submission.entries:
                self._counts[submission.project_no] += len(submission.entries)
            if submission.beside or submission.kept:
                self._take_beside(submission)
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
        self._take_beside(submission)
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

    def _take_beside(self, submission: Submission) -> None:
        self._beside += submission.beside
        self._kept += submission.kept

    def _claim(self, key: str, claim: Seen) -> Seen | None:
        before = self._seen.get(key)
        if before is None:
            self._seen[key] = claim
            self._texts.append(self._text(key, claim))
        return before

    def _text(self, key: str, seen: Seen) -> str:
        return key_text(key, seen.digest, seen.event_id, self.now, seen.request_id)


def _seen_of(entry: Entry, submission: Submission) -> Seen:
    return Seen(entry.event_id, submission.request_id, entry.digest)


def _first_of(submission: Submission) -> Seen:
    entries = submission.entries
    return Seen(entries[0].event_id if entries else 0, submission.request_id, submission.digest)
