"""Who calls a tool, and the two ways from it to the data. Built by web for each request; knows no protocol."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metrone.control.keys import Scope
from metrone.control.projects import Project

AGENT = "metrone.agent"  # where web puts the Agent of a request into its scope
Json = dict[str, Any]
Asked = tuple[str, Mapping[str, object]]  # the name of a read and its parameters


@dataclass(frozen=True, slots=True)
class Agent:
    """The holder of one API key. Each function raises MetroneError.

    `one` gives the JSON of a read, `many` that of POST /v1/api/query, `write` takes an event as POST /v1/api/events does
    and gives that endpoint's answer.
    """

    project: Project
    scopes: frozenset[Scope]
    one: Callable[[str, Mapping[str, object]], Awaitable[bytes]]
    many: Callable[[Sequence[Asked]], Awaitable[bytes]]
    write: Callable[[Json], Awaitable[Json]]
