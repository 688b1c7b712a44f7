"""Examples of a project's own intents. What makes a good one is for the caller to know (webhooks/intent/own)."""

import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from metrone.control.audit import OPERATOR, Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid
from metrone.control.projects import require_project
from metrone.control.tables import intent_examples, projects

INTENT_MAX = 64
TEXT_MAX = 8_000
EXAMPLES_MAX = 5_000

Example = tuple[str, str]  # intent, text


def set_examples(db: Database, project_id: str, examples: Iterable[Example], who: Actor = OPERATOR) -> int:
    """Replace the project's examples by these, which may be none; gives how many. Raises Invalid and Missing."""
    checked = [_checked(intent, text) for intent, text in examples]
    if len(checked) > EXAMPLES_MAX:
        raise Invalid("examples", f"These are {len(checked)} examples; a project has at most {EXAMPLES_MAX}.")
    with db.write() as connection:
        project = require_project(connection, project_id)
        number = project.project_no
        connection.execute(delete(intent_examples).where(intent_examples.c.project_no == number))
        if checked:
            values = [{"project_no": number, "intent": intent, "text": text} for intent, text in checked]
            connection.execute(insert(intent_examples), values)
        intents = len({intent for intent, _ in checked})
        target = f"{project.name}: {intents} intents, {len(checked)} examples"
        note(connection, who, "intents.taught", target, (db.clock(), project.org_id))
    return len(checked)


def list_examples(db: Database, project_id: str) -> tuple[Example, ...]:
    """The examples of one project, in the order in which they were given."""
    owned = select(projects.c.project_no).where(projects.c.id == project_id).scalar_subquery()
    with db.read() as connection:
        found = select_examples(connection, intent_examples.c.project_no == owned)
    return next(iter(found.values()), ())


def select_examples(connection: Connection, condition: ColumnElement[bool]) -> Mapping[int, tuple[Example, ...]]:
    """The examples that meet the condition, by project_no, inside a transaction of the caller's."""
    found: dict[int, list[Example]] = {}
    statement = select(intent_examples).where(condition).order_by(intent_examples.c.example_no)
    for row in connection.execute(statement):
        found.setdefault(row.project_no, []).append((row.intent, row.text))
    return {number: tuple(examples) for number, examples in found.items()}


def _checked(intent: str, text: str) -> Example:
    """What both databases can hold: PostgreSQL's text takes no NUL, UTF-8 no lone surrogates."""
    if not 1 <= len(intent) <= INTENT_MAX or not 1 <= len(text) <= TEXT_MAX:
        raise Invalid(
            "examples", f"An example of {intent[:INTENT_MAX]!r} is empty or longer than {TEXT_MAX} characters."
        )
    if "\0" in intent + text or any(unicodedata.category(char) == "Cs" for char in intent + text):
        raise Invalid("examples", f"An example of {intent!r} holds characters that are no text; write it anew.")
    return intent, text
