"""One immutable picture of all keys and projects, for the hot path: no database to ask, loaded anew on a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select, true

from metrone.control.db import Database
from metrone.control.keys import KeyRecord, digest_key, normalise_key, select_keys
from metrone.control.projects import Project, project_from
from metrone.control.tables import projects, revision


@dataclass(frozen=True, slots=True)
class Directory:
    """The picture and the revision that it shows; where Database.revision() differs, load another.

    `keys` goes by digest and holds revoked and expired ones too (KeyRecord.state tells). `projects` goes by id,
    `projects_by_no` by the number that the events store uses.
    """

    revision: int
    keys: Mapping[bytes, KeyRecord]
    projects: Mapping[str, Project]
    projects_by_no: Mapping[int, Project]

    def find_key(self, text: str) -> KeyRecord | None:
        """The record of a key as a client sent it, in either spelling; None where there never was such a key."""
        key = normalise_key(text)
        return None if key is None else self.keys.get(digest_key(key))


def load_directory(db: Database) -> Directory:
    """Read the picture. The revision is read first: a write in between makes it look old, and the next poll reloads."""
    with db.read() as connection:
        seen = connection.execute(select(revision.c.value)).scalar_one()
        keys = select_keys(connection, true())
        everything = [project_from(row) for row in connection.execute(select(projects))]
    return Directory(
        revision=seen,
        keys=MappingProxyType({key.digest: key for key in keys}),
        projects=MappingProxyType({project.id: project for project in everything}),
        projects_by_no=MappingProxyType({project.project_no: project for project in everything}),
    )
