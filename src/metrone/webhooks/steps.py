"""The steps of one interaction and their sums, which are the same in whatever order and portions, and however often, they come.

Nothing is counted twice: neither a step that is told again, nor what an outer step repeats of those inside it.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from metrone.webhooks.interaction import Step

_TRACE = 8  # characters of a step's key


class _Counted(NamedTuple):
    """The steps that count: `models` have run, `spent` are those and the embeddings."""

    models: list[Step]
    spent: list[Step]


def unite(held: Mapping[str, Step], told: Mapping[str, Step], limit: int) -> dict[str, Step]:
    """Both together, the steps with the lowest keys where there are more than `limit`. Of two tellings of a step the fuller
    one is kept, of equally full ones the greater as JSON, so that the order never decides."""
    steps = dict(held)
    for key, step in told.items():
        if key not in steps or _weight(step) > _weight(steps[key]):
            steps[key] = step
    return steps if len(steps) <= limit else {key: steps[key] for key in sorted(steps)[:limit]}


def add_up(steps: Mapping[str, Step]) -> dict[str, Any]:
    """The fields of an interaction that its steps tell: sums of what is known, the mean latency of its models' calls, the
    longest conversation, the model of most tokens. What no step knows is left out."""
    counted = _counted(steps)
    sums: dict[str, Any] = {
        "tokens_in": _sum(step.tokens_in for step in counted.spent),
        "tokens_out": _sum(step.tokens_out for step in counted.spent),
        "cost_usd": _total(step.cost_usd for step in counted.spent),
        "latency_ms": _mean(step.latency_ms for step in counted.models),
        "tool_calls": _tool_calls(steps, counted.models),
        "messages": max((step.messages for step in counted.models if step.messages is not None), default=None),
        "model": _main_model(counted),
    }
    return {name: value for name, value in sums.items() if value is not None}


def _counted(steps: Mapping[str, Step]) -> _Counted:
    """Which steps count. Of models within models (a framework's call and its client's) the innermost; an agent, which
    repeats the usage of all that it ran, only in a trace where no model's call is told, and there the greatest one."""
    models = _innermost(steps, "model")
    traces = {key[:_TRACE] for key in models}
    agents: dict[str, Step] = {}
    for key, step in sorted(steps.items()):
        if step.role == "agent" and key[:_TRACE] not in traces:
            held = agents.get(key[:_TRACE])
            if held is None or _usage(step) > _usage(held):
                agents[key[:_TRACE]] = step
    ran = [*models.values(), *agents.values()]
    return _Counted(ran, [*ran, *_innermost(steps, "embedding").values()])


def _innermost(steps: Mapping[str, Step], role: str) -> dict[str, Step]:
    outer = {step.parent for step in steps.values() if step.role == role}
    return {key: step for key, step in steps.items() if step.role == role and key not in outer}


def _tool_calls(steps: Mapping[str, Step], models: list[Step]) -> int | None:
    """Runs of tools and what models asked for are two tellings of the same: the greater one."""
    runs = len(_innermost(steps, "tool"))
    asked = _sum(step.tool_calls for step in models)
    return max(runs, asked or 0) if runs or asked is not None else None


def _main_model(counted: _Counted) -> str | None:
    tokens: dict[str, int] = {}
    for step in counted.models or counted.spent:
        if step.model:
            tokens[step.model] = tokens.get(step.model, 0) + _usage(step)
    return max(tokens, key=lambda name: (tokens[name], name), default=None)


def _usage(step: Step) -> int:
    return (step.tokens_in or 0) + (step.tokens_out or 0)


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _total(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(math.fsum(known), 9) if known else None  # exact before it is rounded: no order can change it


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(math.fsum(known) / len(known), 3) if known else None


def _weight(step: Step) -> tuple[int, bytes]:
    return sum(value is not None for value in msgspec.structs.astuple(step)), msgspec.json.encode(step)
