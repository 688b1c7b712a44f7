"""The fixtures of all platforms: bodies of the shape that platforms send, with invented numbers and names.

A fixture is named after its event, with a variant after `@`. Beside each lies the same name with `.expected.json`.
`python -m tests.webhooks.samples` writes those anew, to be read before they are committed.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from metrone.webhooks.adapter import Adapter, Refusal, Report, Translation
from metrone.webhooks.delivery import Delivery
from metrone.webhooks.registry import ADAPTERS
from metrone.webhooks.translation import translate

FIXTURES = Path(__file__).parent / "fixtures"
ARRIVAL = 1_773_000_000.0  # 2026-03-08T20:00:00Z, later than all that the fixtures tell of
TYPES = {".json": "application/json", ".form": "application/x-www-form-urlencoded; charset=UTF-8"}


class Sample(NamedTuple):
    """One fixture."""

    adapter: Adapter
    path: Path

    @property
    def event(self) -> str:
        """The event type in its name; a colon, which some file systems refuse, is an underscore there."""
        return self.path.stem.split("@")[0]

    @property
    def body(self) -> bytes:
        """What is sent."""
        return self.path.read_bytes()

    @property
    def golden(self) -> Path:
        """Where the expectation lies."""
        return self.path.with_name(f"{self.path.stem}.expected.json")

    @property
    def name(self) -> str:
        """Platform and file."""
        return f"{self.adapter.name}/{self.path.stem}"


@cache
def samples() -> list[Sample]:
    """All fixtures."""
    found = []
    for folder in sorted(path for path in FIXTURES.iterdir() if path.is_dir()):
        files = (path for path in sorted(folder.iterdir()) if not path.name.endswith(".expected.json"))
        found += [Sample(ADAPTERS[folder.name], path) for path in files]
    return found


def sample(name: str) -> Sample:
    """The fixture of that name, for example "retell/call_ended"."""
    return next(found for found in samples() if found.name == name)


def hashed(value: str) -> str:
    """A stand-in for the project's keyed hash."""
    return "h" + hashlib.blake2b(value.encode(), digest_size=6).hexdigest()


def send(found: Sample, body: bytes | None = None, received_at: float = ARRIVAL) -> Translation | Refusal:
    """The fixture (or another body) through its adapter."""
    content_type = TYPES[found.path.suffix]
    delivery = Delivery(found.body if body is None else body, {"content-type": content_type})
    return translate(found.adapter, delivery, received_at, hashed)


def told(name: str, received_at: float = ARRIVAL) -> Translation:
    """The translation of the fixture of that name."""
    made = send(sample(name), received_at=received_at)
    assert isinstance(made, Translation), made
    return made


def one(name: str) -> Report:
    """The only report of a fixture."""
    (report,) = told(name).reports
    return report


def shown(made: Translation | Refusal) -> dict[str, Any]:
    """A translation as its golden file holds it."""
    if isinstance(made, Refusal):
        return {"refused": {"code": made.code, "reason": made.reason}}
    shown_: dict[str, Any] = {"event": made.event, "delivery_id": made.delivery_id}
    shown_ |= {name: value for name in ("dropped", "warning") if (value := getattr(made, name))}
    shown_ |= {"erase": list(made.erase)} if made.erase else {}
    shown_["answer"] = made.answer.body.decode()
    shown_["reports"] = [
        {
            "update": msgspec.to_builtins(report.update),
            "talk": {name: value for name, value in msgspec.to_builtins(report.talk).items() if value},
            "event": msgspec.to_builtins(report.event) if report.event else None,
        }
        for report in made.reports
    ]
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(shown_))
    return plain


if __name__ == "__main__":
    for each in samples():
        encoded = msgspec.json.format(msgspec.json.encode(shown(send(each))), indent=2)
        each.golden.write_bytes(encoded + b"\n")
