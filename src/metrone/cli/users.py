"""`metrone users`: the link that makes the owner account, who has an account, and a new password without mail."""

import click

from metrone.cli import Refusal
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, print_table, show_time
from metrone.control.audit import OPERATOR
from metrone.control.db import utc_now
from metrone.control.links import TTL, link_address
from metrone.control.users import User, create_reset, create_setup_link, drop_second_factor, find_user, list_users

public_url_option = click.option("--public-url", metavar="URL", help="The server's address as the browser sees it.")


@click.group("users")
def command() -> None:
    """Make the owner account, list accounts, set a new password."""


@command.command("setup")
@public_url_option
@data_dir_option
@json_option
def setup(public_url: str | None, data_dir: str | None, as_json: bool) -> None:
    """Print the address where the owner account is made. It works once, and only while there is no account."""
    config = read_config(data_dir=data_dir, public_url=public_url)
    now = utc_now()
    with open_database(config) as db:
        token = create_setup_link(db, now)
    if token is None:
        raise Refusal("There is an account already; sign in, or set a new password with: metrone users reset EMAIL")
    address = link_address(config.origin, "setup", token)
    if as_json:
        print_json({"url": address, "expires_at": now + TTL["setup"]})
    else:
        click.echo(address)
        click.echo(f"Makes the owner account, once, until {show_time(now + TTL['setup'])}.", err=True)


@command.command("list")
@data_dir_option
@json_option
def show(data_dir: str | None, as_json: bool) -> None:
    """List the accounts."""
    with open_database(read_config(data_dir=data_dir)) as db:
        found = list_users(db)
    if as_json:
        print_json([_as_json(user) for user in found])
    elif not found:
        click.echo("There is no account yet. Make the owner's with: metrone users setup")
    else:
        rows = [(user.id, user.name, user.email, _second(user), show_time(user.created_at)) for user in found]
        print_table(("id", "name", "e-mail", "second factor", "created"), rows)


@command.command("reset")
@click.argument("email")
@click.option(
    "--second-factor-off", is_flag=True, help="Ask for the password alone: phone and recovery codes are lost."
)
@public_url_option
@data_dir_option
@json_option
def reset(email: str, second_factor_off: bool, public_url: str | None, data_dir: str | None, as_json: bool) -> None:
    """Print the address where the user with this EMAIL sets a new password. It works once, within the hour."""
    config = read_config(data_dir=data_dir, public_url=public_url)
    now = utc_now()
    with open_database(config) as db:
        user = find_user(db, email)
        if user is None:
            raise Refusal("No account has this e-mail address; `metrone users list` shows them.")
        if second_factor_off:
            drop_second_factor(db, user, OPERATOR, now)
        address = link_address(config.origin, "reset", create_reset(db, user, OPERATOR, now))
    if as_json:
        print_json({"url": address, "expires_at": now + TTL["reset"]})
    else:
        click.echo(address)
        click.echo(f"Sets a new password for {user.email}, once, until {show_time(now + TTL['reset'])}.", err=True)


def _second(user: User) -> str:
    return "on" if user.has_totp else "off"


def _as_json(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "has_totp": user.has_totp,
        "created_at": user.created_at,
    }
