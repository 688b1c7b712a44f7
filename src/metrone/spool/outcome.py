"""For whoever waits for what is told by a call: the outcome as a future. Must be used on the event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def outcome_of(start: "Callable[[Callable[[T | Exception], None]], None]") -> "asyncio.Future[T]":
    """What `start` tells the function that it is given; an exception that it tells is raised to whoever waits."""
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def tell(outcome: T | Exception) -> None:
        if done.done():  # whoever waited went away
            return
        if isinstance(outcome, Exception):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)

    start(tell)
    return done
