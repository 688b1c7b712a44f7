"""How a platform's end reasons become outcomes. The tables are the platforms'; here is what a row of one says."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from metrone.webhooks.interaction import Outcome


class Ending(msgspec.Struct, frozen=True, gc=False):
    """An outcome and its flags; None is not known. metrics.md, "call outcome"."""

    outcome: Outcome
    voicemail: bool | None = None
    handoff: bool | None = None


COMPLETED = Ending("completed")
NOT_ANSWERED = Ending("not_answered")
FAILED = Ending("failed")
UNKNOWN = Ending("unknown")
VOICEMAIL = Ending("completed", voicemail=True)
HANDED_OVER = Ending("completed", handoff=True)
HANDOFF_FAILED = Ending("completed", handoff=False)


def ending(table: Mapping[str, Ending], reason: str | None) -> dict[str, Any]:
    """The fields outcome, voicemail, handoff, end_reason. A reason that is not in the table stays raw, as unknown."""
    found = table.get(reason, UNKNOWN) if reason else UNKNOWN
    return _fields(found, reason)


def ending_by_pattern(rules: Mapping[str, Ending], reason: str | None) -> dict[str, Any]:
    """The same by the first pattern (`*` for anything) that fits the reason."""
    found = next((ending for pattern, ending in rules.items() if reason and fnmatchcase(reason, pattern)), UNKNOWN)
    return _fields(found, reason)


def _fields(found: Ending, reason: str | None) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "voicemail": found.voicemail,
        "handoff": found.handoff,
        "end_reason": reason,
    }
