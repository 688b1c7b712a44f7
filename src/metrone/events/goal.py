"""What a goal is: a name, and what an event must have to reach it. No database here and no SQL."""

from typing import Literal

import msgspec

from metrone.events.vocabulary import SOURCE_OF_TYPE, SourceClass

PropertyOperator = Literal["equals", "contains", "greater", "less"]


class PropertyCriterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one property of the event must be; `value` is a number as text where it shall be greater or less."""

    key: str
    operator: PropertyOperator
    value: str


class Criteria(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """All that are given must hold. `page` is a path, `*` any part of it without a slash, `**` any part. `source` is the
    channel class. `min_value` is in the event's own currency.
    """

    event_type: str | None = None
    event_name: str | None = None
    page: str | None = None
    source: SourceClass | None = None
    properties: tuple[PropertyCriterion, ...] = ()
    provider: str | None = None
    intent: str | None = None
    outcome: str | None = None
    min_value: float | None = None

    @property
    def is_of_interactions(self) -> bool:
        """Whether calls, chats and queries are meant: then each counts once, by what is known of it last."""
        told = self.provider is not None or self.intent is not None or self.outcome is not None
        return told or self.event_type in SOURCE_OF_TYPE or self.source in SOURCE_OF_TYPE.values()


class Goal(msgspec.Struct, frozen=True):
    """One goal of a project."""

    id: str
    name: str
    criteria: Criteria
