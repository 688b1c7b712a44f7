"""Takes the demo's moments through the STEPS, as if each had come in when it happened, and lays the rows in the spool."""

import zlib
from collections.abc import Callable, Iterable

from metrone.control.projects import Project
from metrone.control.salts import Salts
from metrone.events.beside import encode_beside
from metrone.events.event import encode_row
from metrone.intake.demo.moments import Moment
from metrone.intake.demo.month import Month, Plan
from metrone.intake.demo.platforms import tell
from metrone.intake.draft import Desk, Sender, begin
from metrone.intake.geo import Atlas
from metrone.intake.ids import EPOCH_MS, SEQUENCE_BITS
from metrone.intake.pipeline import run_steps
from metrone.intake.sessions import Sessions
from metrone.spool.append import Spool
from metrone.spool.base import Beside, Entry, Submission

SUBMISSION_EVENTS = 2_000
REQUEST_ID = "demo"
# Ids of one millisecond: a server counts from 0. A run of the demo counts from a number of its own in the upper half.
_HALF, _RUNS, _TIE_BITS = 1 << (SEQUENCE_BITS - 1), 1 << 14, 7


async def fill(spool: Spool, project: Project, salts: Salts, plan: Plan, progress: Callable[[float], None]) -> int:
    """Make the plan's events and write them; how many. `progress` hears the share that is done, 0 to 1.

    Raises SpoolFailed; then what was written so far stays.
    """
    desk = Desk(Atlas(), Sessions(), salts)
    take_id = ids_of_run(project, plan)
    total, hours = 0, plan.days * 24
    entries: list[Entry] = []
    beside: list[Beside] = []
    for number, moments in enumerate(Month(plan).hours(), 1):
        laid = lay_rows(desk, project, moments, take_id)
        entries += laid[0]
        beside += laid[1]
        total += len(moments)
        if len(entries) >= SUBMISSION_EVENTS or number == hours:
            await spool.append(Submission(project.project_no, REQUEST_ID, entries, beside=tuple(beside)))
            entries, beside = [], []
            progress(number / hours)
    return total


def lay_rows(
    desk: Desk, project: Project, moments: Iterable[Moment], take_id: Callable[[float], int]
) -> tuple[list[Entry], list[Beside]]:
    """The rows of moments that come in order of time, and what goes beside them. `take_id` gives the id of an event at a time."""
    entries, beside = [], []
    for each in moments:
        person = each.person
        sender = Sender(project, False, person.address, person.user_agent, person.place, each.at)
        draft = begin(each.event, sender, desk, take_id(each.at))
        run_steps([draft])
        if draft.end is None:
            entries.append(Entry(encode_row(draft.row), draft.row.event_id))
            beside += [Beside(row.TABLE, encode_beside(row)) for row in tell(draft.row)]
    return entries, beside


def ids_of_run(project: Project, plan: Plan) -> Callable[[float], int]:
    """Gives ids that rise, as those of a server do (metrone.intake.ids), and are no server's. Two runs share ids only if they are
    numbered alike, which one pair in _RUNS is, and have events of one millisecond.
    """
    run = zlib.crc32(f"{project.id}:{plan.seed}:{plan.end.timestamp()}".encode())
    first, last = _HALF | run % _RUNS << _TIE_BITS, 0

    def take_id(at: float) -> int:
        nonlocal last
        last = max((int(at * 1000) - EPOCH_MS) << SEQUENCE_BITS | first, last + 1)
        return last

    return take_id
