"""What the steps of an interaction come to, on a few that a person can count."""

from typing import Any

import pytest

from metrone.webhooks.interaction import Step, Update
from metrone.webhooks.merge import NAMES_MAX, merge
from metrone.webhooks.steps import add_up, unite

A, B, C, D = (f"trace--1{number:016d}" for number in range(4))
ELSEWHERE = f"trace--2{9:016d}"


def model(**facts: Any) -> Step:
    return Step(role="model", **facts)


SUMS: dict[str, tuple[dict[str, Step], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "calls of models add up": (
        {
            A: model(model="m", tokens_in=10, tokens_out=1, cost_usd=0.1, latency_ms=100.0, tool_calls=0, messages=2),
            B: model(model="n", tokens_in=20, tokens_out=2, cost_usd=0.2, latency_ms=300.0, tool_calls=2, messages=4),
        },
        {
            "tokens_in": 30,
            "tokens_out": 3,
            "cost_usd": 0.3,
            "latency_ms": 200.0,
            "tool_calls": 2,
            "messages": 4,
            "model": "n",
        },
    ),
    "what one does not know is left to the others": (
        {A: model(tokens_in=10, cost_usd=0.0), B: model()},
        {"tokens_in": 10, "cost_usd": 0.0},
    ),
    "an agent repeats what its models said": (
        {A: Step(role="agent", tokens_in=30, cost_usd=9.0, latency_ms=900.0), B: model(parent=A, tokens_in=30)},
        {"tokens_in": 30},
    ),
    "an agent alone speaks for itself, an outer one for its inner one": (
        {A: Step(role="agent", tokens_in=30), B: Step(role="agent", parent=A, tokens_in=20)},
        {"tokens_in": 30},
    ),
    "of two traces each has what it tells": (
        {A: Step(role="agent", tokens_in=30), B: model(tokens_in=20), ELSEWHERE: Step(role="agent", tokens_in=5)},
        {"tokens_in": 25},
    ),
    "a model within a model is the same call": (
        {A: model(tokens_in=30, latency_ms=9.0), B: model(parent=A, tokens_in=30, latency_ms=5.0)},
        {"tokens_in": 30, "latency_ms": 5.0},
    ),
    "embeddings cost, and are no answer": (
        {
            A: Step(role="embedding", model="e", tokens_in=100, cost_usd=0.5),
            B: model(model="m", tokens_in=1, cost_usd=0.5, latency_ms=7.0),
        },
        {"tokens_in": 101, "cost_usd": 1.0, "latency_ms": 7.0, "model": "m"},
    ),
    "embeddings alone": (
        {A: Step(role="embedding", model="e", tokens_in=100)},
        {"tokens_in": 100, "model": "e"},
    ),
    "runs of tools are the calls that were asked for": (
        {A: model(tool_calls=1), B: Step(role="tool"), C: Step(role="tool")},
        {"tool_calls": 2},
    ),
    "a tool within a tool is the same run": (
        {A: Step(role="tool"), B: Step(role="tool", parent=A), C: Step(role="tool", parent=D)},
        {"tool_calls": 2},
    ),
}


@pytest.mark.parametrize(("steps", "expected"), SUMS.values(), ids=SUMS)
def test_sums(steps: dict[str, Step], expected: dict[str, Any]) -> None:
    assert add_up(steps) == expected


def test_a_step_that_is_told_twice_counts_once_and_the_fuller_telling_is_kept() -> None:
    full, bare = {A: model(tokens_in=1, tokens_out=1)}, {A: model(tokens_in=500)}
    assert unite(full, bare, 9) == unite(bare, full, 9) == full


def test_more_steps_than_the_limit_are_cut_the_same_in_any_order() -> None:
    steps = {f"{number:024d}": model(tokens_in=1) for number in range(NAMES_MAX + 50)}
    updates = [Update(provider="p", external_id="1", kind="chat", steps={key: step}) for key, step in steps.items()]
    assert merge(updates) == merge(reversed(updates))
    assert merge(updates).tokens_in == NAMES_MAX


def test_what_the_platform_says_itself_goes_before_the_sum() -> None:
    told = Update(provider="p", external_id="1", kind="chat", tokens_in=7, steps={A: model(tokens_in=1, tokens_out=2)})
    row = merge([told])
    assert (row.tokens_in, row.tokens_out) == (7, 2)
