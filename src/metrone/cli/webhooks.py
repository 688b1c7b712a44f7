"""`metrone webhooks`: the secrets with which platforms sign what they send. A running server knows them within a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from metrone.cli import Misuse, Refusal, replay
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, print_table, show_time
from metrone.control.db import Database
from metrone.control.projects import Project, find_project
from metrone.control.rotation import Rotation, rotate_key
from metrone.control.secret import FILE_NAME
from metrone.control.signing import TEXT_MAX, NewSecret, SecretRecord, add_secret, list_secrets, remove_secret
from metrone.webhooks.registry import ADAPTERS

EVERY = "every other"  # endpoint, in tables
_UTF8_MAX = 4  # bytes a character


@click.group("webhooks")
def command() -> None:
    """Set and list the secrets that webhooks are signed with; take deliveries in from a file."""


command.add_command(replay.command)


@command.command("secret")
@click.argument("project")
@click.option("--platform", type=click.Choice(list(ADAPTERS)), help="Who signs with it.")
@click.option(
    "--endpoint", default="", metavar="NAME", help="This endpoint alone. Default: all without one of their own."
)
@click.option(
    "--set-from", "file", type=click.File("rb"), metavar="FILE", help="Add the secret in FILE; - is standard input."
)
@click.option("--replace", "is_only", is_flag=True, help="Remove the secrets that the endpoint had.")
@click.option("--remove", "secret_id", metavar="ID", help="Remove the secret with this id.")
@data_dir_option
@json_option
def secret(project: str, file: IO[bytes] | None, secret_id: str | None, as_json: bool, **rest: Any) -> None:
    """Add a signing secret to PROJECT (an id or a name), or remove one. Several hold at a time, while you rotate."""
    is_removal = secret_id is not None
    if is_removal == (file is not None) or (is_removal and (rest["platform"] or rest["endpoint"] or rest["is_only"])):
        raise Misuse("Give --platform and --set-from - to add a secret, or --remove ID alone.")
    with _open(rest.pop("data_dir")) as db:
        owner = find_project(db, project)
        if file is None:
            _tell_removed(remove_secret(db, owner.id, secret_id or ""), owner, as_json)
        else:
            _add(db, owner, _read(file), as_json, **rest)


@command.command("secrets")
@click.argument("project")
@data_dir_option
@json_option
def show(project: str, data_dir: str | None, as_json: bool) -> None:
    """List the signing secrets of PROJECT, an id or a name. Never the secrets themselves."""
    with open_database(read_config(data_dir=data_dir)) as db:
        found = list_secrets(db, find_project(db, project).id)
    if as_json:
        print_json([_as_json(each) for each in found])
    elif not found:
        click.echo(
            "The project has no secret, so its webhooks are taken unsigned. Set one with: metrone webhooks secret"
        )
    else:
        print_table(("id", "platform", "endpoint", "ends with", "created", "state"), [_row(each) for each in found])
        for trouble in dict.fromkeys(each.trouble for each in found if each.trouble):
            click.echo(trouble)


@command.command("rotate-key")
@data_dir_option
@json_option
def rotate(data_dir: str | None, as_json: bool) -> None:
    """Make a new secret.key and encrypt the secrets anew. A server may run; stopped midway, run it again."""
    with _open(data_dir) as db:
        done = rotate_key(db)
    if as_json:
        print_json({"secrets": done.sealed, "unreadable": done.unreadable, "was_begun": done.was_begun})
    else:
        _tell_rotation(done)


@contextmanager
def _open(data_dir: str | None) -> Iterator[Database]:
    """The control database with its key. A server elsewhere could not read what another folder's key encrypts."""
    config = read_config(data_dir=data_dir)
    if config.database_url and not (config.root / FILE_NAME).exists():
        raise Refusal(f"There is no {FILE_NAME} in {config.root}; name the server's folder with --data-dir.")
    with open_database(config) as db:
        yield db


def _read(file: IO[bytes]) -> str:
    """The secret, without the end of its line. Never echoed: it may be a password of somebody."""
    content = file.read(TEXT_MAX * _UTF8_MAX + 3)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Misuse("The secret is not text in UTF-8.") from None
    return text.removesuffix("\n").removesuffix("\r")


def _add(db: Database, owner: Project, text: str, as_json: bool, **rest: Any) -> None:
    if rest["platform"] is None:
        raise Misuse(f"Name the platform that signs with it: --platform {', '.join(ADAPTERS)}.")
    adapter = ADAPTERS[rest["platform"]]
    if problem := adapter.check_secret(text):
        raise Misuse(f"{problem} {adapter.title} signs with {adapter.signed_with}.")
    made = add_secret(db, NewSecret(project_id=owner.id, text=text, **rest))
    if as_json:
        print_json(_as_json(made) | {"signed_with": adapter.signed_with})
    else:
        where = f"the endpoint {made.endpoint}" if made.endpoint else "every endpoint without a secret of its own"
        click.echo(f"Set the secret {made.id} of {owner.name}: {adapter.title}, {where}.")
        click.echo(
            f"{adapter.title} signs with {adapter.signed_with}. Deliveries that are not signed with it are refused."
        )


def _tell_removed(gone: SecretRecord, owner: Project, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(gone))
    else:
        click.echo(
            f"Removed the secret {gone.id} of {owner.name} ({gone.platform}, {gone.endpoint or EVERY} endpoint)."
        )


def _tell_rotation(done: Rotation) -> None:
    if done.was_begun:
        click.echo("A change of the key had been interrupted; it is complete now.")
    click.echo(
        f"secret.key is new; secrets that it opens: {done.sealed}. Back it up; older backups need the key of their day."
    )
    if done.unreadable:
        click.echo(f"Left as they are, as nobody can read them: {done.unreadable}. Set those anew with --replace.")


def _row(each: SecretRecord) -> tuple[str, ...]:
    hint = f"…{each.hint}" if each.hint else "–"
    state = "cannot be read" if each.trouble else "active"
    return (each.id, each.platform, each.endpoint or EVERY, hint, show_time(each.created_at), state)


def _as_json(each: SecretRecord) -> dict[str, object]:
    fields = ("id", "platform", "endpoint", "hint", "created_at")
    return {field: getattr(each, field) for field in fields} | {"is_readable": not each.trouble}
