"""One immutable picture of projects, their keys and secrets, for the hot path: no database to ask, loaded on a change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select, true

from metrone.control.db import Database
from metrone.control.examples import Example, select_examples
from metrone.control.excluded import Exclusions
from metrone.control.exclusions import select_exclusions
from metrone.control.goals import select_goals
from metrone.control.keys import KeyRecord, digest_key, normalise_key, select_keys
from metrone.control.projects import Project, project_from
from metrone.control.shares import Share, select_shares
from metrone.control.signing import Secrets, Spot, keys_for, open_secrets, select_sealed
from metrone.control.tables import projects, revision
from metrone.events.goal import Goal


@dataclass(frozen=True, slots=True)
class Directory:
    """The picture and the revision that it shows; where Database.revision() differs, load another.

    `keys` goes by digest and holds revoked and expired ones too (KeyRecord.state tells). `projects` goes by id,
    `projects_by_no` by the number that the events store uses, and so does `excluded`, which holds the projects that leave
    something uncounted. Ask for secrets, examples, goals and shares by their functions.
    """

    revision: int
    keys: Mapping[bytes, KeyRecord]
    projects: Mapping[str, Project]
    projects_by_no: Mapping[int, Project]
    signing: Mapping[Spot, Secrets] = field(repr=False)
    examples: Mapping[int, tuple[Example, ...]] = field(repr=False)
    excluded: Mapping[int, Exclusions] = field(repr=False)
    by_domain: Mapping[str, tuple[int, ...]] = field(repr=False)
    goals: Mapping[int, tuple[Goal, ...]] = field(repr=False)
    shares: Mapping[str, Share] = field(default_factory=dict, repr=False)

    def find_key(self, text: str) -> KeyRecord | None:
        """The record of a key as a client sent it, in either spelling; None where there never was such a key."""
        key = normalise_key(text)
        return None if key is None else self.keys.get(digest_key(key))

    def projects_at(self, host: str) -> tuple[int, ...]:
        """The project_no of those whose domain a host is, or is below: `www.shop.example` of `shop.example`."""
        labels = host.split(".") if host else []
        names = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self.by_domain[name] for name in names if name in self.by_domain), ())

    def secrets_of(self, project_no: int, platform: str, endpoint: str) -> Secrets:
        """With what a delivery to this endpoint may be signed: its own secrets, else those of the platform, else ().

        Unreadable where there are some and none can be read: then refuse, for nothing can be proved.
        """
        own = self.signing.get((project_no, platform, endpoint))
        return self.signing.get((project_no, platform, ""), ()) if own is None else own

    def examples_of(self, project_no: int) -> tuple[Example, ...]:
        """(intent, text) of the project's own intents; () where it has none. Equal ones were not changed."""
        return self.examples.get(project_no, ())

    def goals_of(self, project_no: int) -> tuple[Goal, ...]:
        """The project's goals, oldest first; () where a conversion is an event of that type."""
        return self.goals.get(project_no, ())

    def find_share(self, token: str, now: datetime) -> Share | None:
        """The share of this token; None where there is none, and no less where it has expired."""
        share = self.shares.get(token)
        return None if share is None or share.is_over(now) else share


def load_directory(db: Database) -> Directory:
    """Read the picture. The revision is read first: a write in between makes it look old, and the next poll reloads."""
    keys_before = db.vault.look()
    with db.read() as connection:
        seen = connection.execute(select(revision.c.value)).scalar_one()
        keys = select_keys(connection, true())
        everything = [project_from(row) for row in connection.execute(select(projects))]
        sealed = select_sealed(connection, true())
        examples = select_examples(connection, true())
        excluded = select_exclusions(connection)
        goals = select_goals(connection, true())
        shared = select_shares(connection, true())
    numbers = {project.project_no for project in everything}
    return Directory(
        revision=seen,
        keys=MappingProxyType({key.digest: key for key in keys}),
        projects=MappingProxyType({project.id: project for project in everything}),
        projects_by_no=MappingProxyType({project.project_no: project for project in everything}),
        signing=MappingProxyType(open_secrets(sealed, keys_for(sealed, keys_before, db.vault))),
        examples=MappingProxyType(examples),
        excluded=MappingProxyType(excluded),
        by_domain=MappingProxyType(_group(everything)),
        goals=MappingProxyType(goals),
        # On PostgreSQL a project may be newer than its picture here; its shares wait for the next.
        shares=MappingProxyType({each.token: each for each in shared if each.project_no in numbers}),
    )


def _group(everything: Iterable[Project]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for project in everything:
        if project.domain:
            found[project.domain] = (*found.get(project.domain, ()), project.project_no)
    return found
