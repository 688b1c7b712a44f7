"""The table of commands, and how a command line ends."""

import importlib

import click
import pytest

import metrone
from metrone.cli import COMMANDS
from tests.cli.conftest import Run, Spawn


def leaves(command: click.Command) -> list[click.Command]:
    """The commands that do something, below this one."""
    if isinstance(command, click.Group):
        return [leaf for child in command.commands.values() for leaf in leaves(child)]
    return [command]


def test_version_is_printed_when_asked(spawn: Spawn) -> None:
    done = spawn("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"metrone {metrone.__version__}\n", "")


APART = {"mcp", "intents classify", "intents evaluate"}  # one asks a server, the others read texts: they open no folder


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_data_takes_data_dir_and_explains_itself_when_listed(name: str) -> None:
    command = importlib.import_module(COMMANDS[name]).command
    assert command.name == name
    for leaf in leaves(command):
        assert leaf.help, leaf.name
        options = [option for each in leaf.params for option in each.opts]
        assert ("--data-dir" in options) != bool({name, f"{name} {leaf.name}"} & APART), leaf.name


def test_help_names_every_command_when_asked(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert all(f"  {name}" in result.stdout for name in COMMANDS)


def test_help_is_shown_as_wrong_usage_when_no_command_is_given(run: Run) -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: metrone" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nope"], 2, "No such command 'nope'. See `metrone --help`."),
        (["--nope"], 2, "No such option '--nope'. See `metrone --help`."),
        (["keys", "nope"], 2, "No such command 'nope'. See `metrone keys --help`."),
        (["projects", "create"], 2, "Missing argument 'NAME'. See `metrone projects create --help`."),
        (["projects", "list"], 1, "There is no Metrone data in "),
        (["keys", "list", "Shop"], 1, "There is no Metrone data in "),
        (["keys", "revoke", "key_none"], 1, "There is no Metrone data in "),
        (["link"], 1, "There is no Metrone data in "),
        (["projects", "set", "Shop", "--name", "Store"], 1, "There is no Metrone data in "),
        (["webhooks", "secrets", "Shop"], 1, "There is no Metrone data in "),
        (["webhooks", "secret", "Shop", "--remove", "sec_none"], 1, "There is no Metrone data in "),
        (["webhooks", "rotate-key"], 1, "There is no Metrone data in "),
        (["intents", "list", "Shop"], 1, "There is no Metrone data in "),
        (["intents", "teach", "Shop", "--clear"], 1, "There is no Metrone data in "),
    ],
)
def test_error_is_one_sentence_when_a_command_cannot_go_on(
    run: Run, arguments: list[str], code: int, sentence: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"metrone: {sentence}")
    assert result.stderr.count("\n") == 1


def test_error_is_one_sentence_when_a_setting_or_the_database_is_wrong(run: Run) -> None:
    for env, part in [
        ({"METRONE_PORT": "many"}, "docs/settings.md"),
        ({"METRONE_DATABASE_URL": "mysql://u:hunter2@h/d"}, "takes sqlite"),
        ({"METRONE_DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/d"}, "check that it runs"),
    ]:
        result = run("projects", "list", **env)
        assert (result.exit_code, result.stdout) == (1, "")
        assert part in result.stderr
        assert "hunter2" not in result.stderr
        assert result.stderr.count("\n") == 1


def test_error_has_no_traceback_when_run_as_a_process(spawn: Spawn) -> None:
    done = spawn("projects", "create", "Shop", "--tz", "Mars")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("metrone: 'Mars' is not a time zone;")
    assert done.stderr.count("\n") == 1
