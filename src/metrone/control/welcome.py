"""What a newcomer reads at the first start: the page's address, a key, the script tag. Only for `serve --first-project`."""

from pathlib import Path

import msgspec

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.files import publish, write_draft
from metrone.control.first import ensure_first_project
from metrone.control.signin import create_link, signin_address
from metrone.control.snippets import SNIPPETS

KEYS_FILE = "first-keys.json"


class FirstKeys(msgspec.Struct, frozen=True):
    """The keys of the first project, kept in a file that only its owner reads, so that each start can show them."""

    project_id: str
    project: str
    full: str
    write: str


def welcome(config: Config, db: Database) -> str:
    """The text. Makes the first project where there is none. Raises ControlError."""
    path = config.root / KEYS_FILE
    made = ensure_first_project(db)
    if made:
        keys = FirstKeys(made.project.id, made.project.name, made.full_key, made.write_key)
        path.unlink(missing_ok=True)
        publish(write_draft(path, msgspec.json.encode(keys), "new"), path)
    known = _read(path)
    if known is None:
        return (
            f"Metrone runs on {config.origin}\nFor a link to sign in with:  metrone link --data-dir {config.data_dir}"
        )
    link = signin_address(config.origin, create_link(db, known.project_id, db.clock()))
    tag = SNIPPETS["script"].fill(config.origin, known.write)
    return _TEXT.format(origin=config.origin, link=link, keys=known, file=path, tag=tag)


def _read(path: Path) -> FirstKeys | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=FirstKeys)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


_TEXT = """
Metrone runs on {origin}

  Dashboard    {link}
               (signs this browser in once; a fresh link: metrone link)
  Project      {keys.project} ({keys.project_id})
  API key      {keys.full}
               (reads and writes: keep it on servers)
  Script tag   {tag}
               (paste it into the <head> of your pages; its key can only write)

The keys are kept in {file}, which only you can read; delete it once they are elsewhere.
Stop with Ctrl+C. Everything is in the data folder; nothing leaves this machine.
"""
