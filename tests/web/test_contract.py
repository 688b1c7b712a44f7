"""The examples of contract/: the server answers each of them so, and the shapes of the document describe the answers."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from metrone.reports.reads import READS
from metrone.web.figures import ANSWERS
from metrone.web.read import GET_PATHS
from metrone.web.shapes import Accepted, EventRow, Health, QueryResults
from tests.contract import FOLDER, INTERACTION, Stage, check, check_value, examples, load
from tests.running import RunningServer

SHAPES = {
    **{f"/v1/api{GET_PATHS[name]}": kind for name, kind in ANSWERS.items()},
    "/v1/health": Health,
    "/v1/api/query": QueryResults,
}


def template_of(example: dict[str, Any]) -> str:
    """The path of an example as the document writes it."""
    path: str = example["request"]["path"]
    return path.partition("?")[0].replace(INTERACTION, "{id}")


@pytest.fixture(scope="module")
def stage(server: RunningServer) -> Stage:
    """The shared server, and the projects that the examples of this module use."""
    return Stage(server)


@pytest.mark.parametrize("path", [*examples("writes"), *examples("reads")], ids=lambda path: str(path.stem))
def test_server_answers_as_the_example_when_it_is_replayed(path: Path, stage: Stage) -> None:
    example = load(path)
    check(example, stage.replay(example))


@pytest.mark.parametrize("path", [*examples("writes"), *examples("reads")], ids=lambda path: str(path.stem))
def test_shape_describes_the_example_when_decoded(path: Path) -> None:
    example = load(path)
    kind = Accepted if path.parent.name == "writes" else SHAPES[template_of(example)]
    body = example["response"]["body"]
    found = msgspec.to_builtins(msgspec.convert(body, kind))
    check_value(body, found, path.name)


def test_every_get_read_has_an_example() -> None:
    assert {template_of(load(path)) for path in examples("reads")} == set(SHAPES)
    assert set(ANSWERS) == set(READS)


def test_row_of_the_log_has_the_fields_of_its_shape() -> None:
    example = load(FOLDER / "reads" / "events.json")
    assert set(example["response"]["body"]["data"][0]) == set(EventRow.__struct_fields__)


def test_check_bites_when_an_answer_differs() -> None:
    expected = {"ok": True, "accepted": 1, "event_id": "1"}
    check_value(expected, {"ok": True, "accepted": 1, "event_id": "2"}, "body")
    for wrong in (
        {"ok": True, "accepted": 2, "event_id": "1"},
        {"ok": True, "accepted": 1, "event_id": 1},
        {"ok": True, "accepted": 1},
        {"ok": True, "accepted": 1, "event_id": "1", "more": 0},
    ):
        with pytest.raises(AssertionError):
            check_value(expected, wrong, "body")
