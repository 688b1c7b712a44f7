"""What a newcomer reads at the first start: the page's address, a key, the script tag. Only for `serve --first-project`."""

from pathlib import Path

import msgspec

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.files import publish, write_draft
from metrone.control.first import ensure_first_project
from metrone.control.links import link_address
from metrone.control.signin import create_link, signin_address
from metrone.control.snippets import SNIPPETS
from metrone.control.users import create_setup_link

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
            f"Metrone runs on {config.origin}\n"
            f"For a link to make your account:  metrone users setup --data-dir {config.data_dir}\n"
            f"For a link to look at a project:  metrone link --data-dir {config.data_dir}"
        )
    link, meaning = _door(config, db, known)
    tag = SNIPPETS["script"].fill(config.origin, known.write)
    return _TEXT.format(origin=config.origin, link=link, meaning=meaning, keys=known, file=path, tag=tag)


def _door(config: Config, db: Database, known: FirstKeys) -> tuple[str, str]:
    """Where to go first, and what happens there: the owner account is made once, by who reads this and nobody else."""
    token = create_setup_link(db, db.clock())
    if token is not None:
        return link_address(
            config.origin, "setup", token
        ), "make your account there, once; another link: metrone users setup"
    link = signin_address(config.origin, create_link(db, known.project_id, db.clock()))
    return link, f"shows this project in this browser, once; with your account: {config.origin}/signin"


def _read(path: Path) -> FirstKeys | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=FirstKeys)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


_TEXT = """
Metrone runs on {origin}

  Dashboard    {link}
               ({meaning})
  Project      {keys.project} ({keys.project_id})
  API key      {keys.full}
               (reads and writes: keep it on servers)
  Script tag   {tag}
               (paste it into the <head> of your pages; its key can only write)

The keys are kept in {file}, which only you can read; delete it once they are elsewhere.
Stop with Ctrl+C. Everything is in the data folder; nothing leaves this machine.
"""
