"""Invariants of the house: what an event may hold, how large a file may be, which room may import which."""

import ast
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from metrone.events.beside import BESIDE
from metrone.events.event import COLUMNS, Event
from metrone.intake import pipeline
from metrone.store.base import Param
from tests.embedded import open_store

ROOT = Path(__file__).parent.parent
LINES_MAX = 400
FUNCTION_LINES_MAX = 50
SOURCES = {".py", ".ts", ".tsx", ".css", ".mjs", ".sql"}
MADE = {"node_modules", "dist", "static", "__pycache__", "results", "test-results"}
PYTHON = sorted(chain((ROOT / "src").rglob("*.py"), (ROOT / "bench").rglob("*.py"), (ROOT / "tests").rglob("*.py")))
PRODUCT = [path for path in PYTHON if path.is_relative_to(ROOT / "src")]


def name_of(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def test_event_has_the_columns_of_its_table() -> None:
    params: dict[str, Param] = {}
    rows = open_store().query(
        "select name from system.columns where database = currentDatabase() and table = 'events' order by position",
        params,
    )
    assert COLUMNS == Event.__struct_fields__ == tuple(row[0] for row in rows.data)


@pytest.mark.parametrize("table", BESIDE)
def test_a_row_beside_the_events_has_columns_of_its_table(table: str) -> None:
    rows = open_store().query(
        "select name from system.columns where database = currentDatabase() and table = {table:String}",
        {"table": table},
    )
    assert set(BESIDE[table]) <= {row[0] for row in rows.data}
    assert BESIDE[table][0] == "project_no"  # the spool reads it there


@pytest.mark.parametrize("columns", [COLUMNS, *BESIDE.values()])
def test_no_column_holds_an_address_or_a_user_agent(columns: tuple[str, ...]) -> None:
    words = {word for name in columns for word in name.split("_")}
    assert not words & {"ip", "address", "addr", "ua", "remote", "forwarded", "fingerprint", "phone", "email", "body"}
    assert not [name for name in columns if "user_agent" in name]


def test_steps_are_written_down_as_a_list_of_functions() -> None:
    tree = ast.parse(Path(pipeline.__file__).read_text())
    found = [
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "STEPS"
    ]
    assert len(found) == 1
    assert isinstance(found[0], ast.Tuple)
    names = [step.id for step in found[0].elts if isinstance(step, ast.Name)]
    assert names == [step.__name__ for step in pipeline.STEPS]
    assert len(names) > 5


def test_no_file_is_too_long() -> None:
    folders = ("src", "tests", "packages", "dashboard/src", "bench")
    files = {
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SOURCES and not MADE & set(path.parts)
    }
    assert len(files) > 100
    long = {name_of(path): count for path in files if (count := path.read_text().count("\n")) > LINES_MAX}
    assert long == {}


def test_no_function_is_too_long() -> None:
    wrong = []
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                wrong.append(f"{name_of(path)} {node.name}: {lines} lines")
    assert wrong == []


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_module_says_what_lives_in_it(path: Path) -> None:
    if path.read_text().strip():
        assert ast.get_docstring(ast.parse(path.read_text())), name_of(path)


def test_every_public_function_has_a_docstring() -> None:
    silent = [
        f"{name_of(path)} {node.name}"
        for path in PRODUCT
        if "migrations" not in path.parts
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [name_of(path) for path in PRODUCT if marks.search(path.read_text())]
    assert found == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc"}
    assert [name_of(path) for path in PYTHON if path.stem in empty] == []


def test_rooms_import_lower_floors_only() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " 0 broken" in done.stdout
