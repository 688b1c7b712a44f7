"""The `metrone` command: the table of its commands, and how an error ends one. No command itself lives here.

A command is a module of this package with a click command named `command`, and one line in COMMANDS.
"""

import importlib
import sys
from typing import Any

import click

from metrone import __version__

# Name of the command → module; imported when it runs, so that `metrone --version` does not load a database driver.
COMMANDS = {
    "serve": "metrone.cli.serve",
    "projects": "metrone.cli.projects",
    "keys": "metrone.cli.keys",
    "goals": "metrone.cli.goals",
    "users": "metrone.cli.users",
    "link": "metrone.cli.link",
    "demo": "metrone.cli.demo",
    "mcp": "metrone.cli.mcp",
    "webhooks": "metrone.cli.webhooks",
    "intents": "metrone.cli.intents",
    "doctor": "metrone.cli.doctor",
}
FAILURE = 1
USAGE = 2
INTERRUPTED = 130


class Refusal(click.ClickException):
    """A command that cannot go on; the message is one sentence that says what to do."""

    exit_code = FAILURE


class Misuse(Refusal):
    """A refusal whose reason is what was typed."""

    exit_code = USAGE


class CommandLine(click.Group):
    """The group of all commands. Ends with 0, 1 for a failure or 2 for wrong usage, and one sentence on stderr."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(module).command
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line and leave the process; never returns."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            code = USAGE
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "metrone"
            _complain(f"{error.format_message()} See `{path} --help`.")
            code = USAGE
        except click.ClickException as error:
            _complain(error.format_message())
            code = error.exit_code
        except click.Abort:
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str) -> None:
    click.echo(f"metrone: {message}", err=True)


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="metrone %(version)s")
def main() -> None:
    """Privacy-first analytics for humans and AI agents, on your own server."""
