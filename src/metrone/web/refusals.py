"""The last writes that were refused, by project, in memory: for the page that waits for a project's first event.

Only a failed request comes here. Kept are the error, its sentence and the host of the page: no key, no address, no body.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from metrone.errors import Code, MetroneError

EACH_MAX = 10  # different refusals a project
PROJECTS_MAX = 500
HOST_MAX = 253
# What is wrong with one request and not with how a site is set up, or was no refusal.
_PASSING: frozenset[Code] = frozenset({"DUPLICATE_EVENT", "INTERNAL_ERROR", "NOT_FOUND"})
# The sentences of the others may tell of what was sent.
_PLAIN: frozenset[Code] = frozenset({"INVALID_API_KEY", "FORBIDDEN", "MISSING_API_KEY"})


@dataclass(frozen=True, slots=True)
class Refused:
    """One kind of refusal: the error's code and sentence, the host of the page that sent it ('' for a program)."""

    code: Code
    reason: str
    host: str


@dataclass(slots=True)
class Tally:
    """How often, and when last (epoch seconds)."""

    times: int = 0
    at: float = 0.0


class Refusals:
    """All projects'. Belongs to the event loop."""

    def __init__(self) -> None:
        self._known: dict[int, dict[Refused, Tally]] = {}

    def note(self, project_nos: Iterable[int], error: MetroneError, host: str, at: float) -> None:
        """One request of these projects was refused; of several where nobody knows whose it is."""
        if error.code in _PASSING:
            return
        reason = error.message if error.code in _PLAIN else MetroneError(error.code).message
        refused = Refused(error.code, reason, host[:HOST_MAX])
        for project_no in project_nos:
            known = self._known.pop(project_no, {})
            tally = known.pop(refused, Tally())
            tally.times, tally.at = tally.times + 1, at
            known[refused] = tally  # the newest last, of refusals and of projects
            if len(known) > EACH_MAX:
                del known[next(iter(known))]
            self._known[project_no] = known
            if len(self._known) > PROJECTS_MAX:
                del self._known[next(iter(self._known))]

    def of(self, project_no: int) -> list[tuple[Refused, Tally]]:
        """The last ones of a project, newest first."""
        return list(reversed(self._known.get(project_no, {}).items()))
