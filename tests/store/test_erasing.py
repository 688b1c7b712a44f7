"""What is erased is gone from every table, to the row; what is of another project, or of a later time, stays."""

import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from metrone.events.beside import BesideRow, DeliveryRow, InteractionRow, TalkRow, encode_beside
from metrone.store.erasing import ERASED
from tests.embedded import fresh_project, open_store
from tests.intake.senders import Way, make_project

HOUR = 3600.0
NOW = time.time() // HOUR * HOUR  # the log of deliveries forgets by the clock
THIS_HOUR = datetime.fromtimestamp(NOW, UTC)


def fill(number: int, *hours: float) -> None:
    """An event, a call with its words and a delivery at each of these hours before this one."""
    way = Way(make_project(number))
    store = open_store()
    for index, hour in enumerate(hours):
        at = NOW - hour * HOUR
        event = way.send(session_id="one", timestamp=at * 1000, sender=way.sender(at=NOW))
        store.load(msgspec.json.encode(event), f"erase-{number}-{index}")
        call = InteractionRow(number, 0, index + 1, began_at=at, is_listed=1, kind="call")
        load(call, f"{number}-{index}")
        load(DeliveryRow(number, 0, "vapi", "main", at, index), f"{number}-{index}")
        load(TalkRow(number, 0, index + 1, int(NOW) + 86_400 * 3650, "words"), f"{number}-{index}")


def load(row: BesideRow, name: str) -> None:
    open_store().load_beside(row.TABLE, encode_beside(row).encode(), f"erase-{row.TABLE}-{name}")


def counts(number: int) -> dict[str, int]:
    """Rows a table; of `hourly` the events in them, of calls those that are told apart."""
    counted = dict.fromkeys(ERASED, "count()") | {"hourly": "sum(events)", "interactions": "uniq(interaction_key)"}
    found = {}
    for table, sql in counted.items():
        rows = open_store().query(f"select {sql} from {table} where project_no = {number}", {})
        found[table] = int(str(rows.data[0][0]))
    return found


def everywhere(count: int) -> dict[str, int]:
    return dict.fromkeys(ERASED, count)


def test_every_table_of_projects_is_erased() -> None:
    sql = (
        "select table from system.columns where database = 'metrone' and name = 'project_no' "
        "and table not in (select name from system.tables where database = 'metrone' and engine = 'MaterializedView')"
    )
    assert {str(row[0]) for row in open_store().query(sql, {}).data} == set(ERASED)


def test_erase_takes_all_of_one_project_and_may_be_repeated() -> None:
    mine, other = fresh_project(), fresh_project()
    fill(mine, 0, 1, 28 * 24)
    fill(other, 0, 1)
    assert counts(mine) == everywhere(3)
    for _ in range(2):
        open_store().erase(mine)
        assert counts(mine) == everywhere(0)
    assert counts(other) == everywhere(2)
    fill_again = Way(make_project(mine)).send(session_id="one")
    open_store().load(msgspec.json.encode(fill_again), f"erase-again-{mine}")
    assert counts(mine) == everywhere(0) | {"events": 1, "hourly": 1}


@pytest.mark.parametrize(("hours", "left"), [(0, 1), (1, 2), (2, 3), (48, 4)])
def test_erase_before_a_moment_leaves_the_rest_exactly(hours: int, left: int) -> None:
    mine, other = fresh_project(), fresh_project()
    for number in (mine, other):
        fill(number, 0, 1, 2, 26)
    open_store().erase(mine, THIS_HOUR - timedelta(hours=hours))
    assert counts(mine) == everywhere(left)
    assert counts(other) == everywhere(4)


def test_a_call_that_was_told_of_again_goes_with_its_beginning() -> None:
    number = fresh_project()
    load(InteractionRow(number, 0, 1, began_at=NOW - 30 * HOUR, kind="call"), f"{number}-first")
    load(InteractionRow(number, 0, 1, began_at=None, csat=5.0), f"{number}-later")
    load(InteractionRow(number, 0, 2, began_at=NOW, kind="call"), f"{number}-other")
    open_store().erase(number, THIS_HOUR - timedelta(hours=24))
    rows = open_store().query(f"select interaction_key from interactions where project_no = {number}", {})
    assert rows.data == [[2]]
