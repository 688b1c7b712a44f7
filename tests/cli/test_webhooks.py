"""`metrone webhooks`: secrets go in and are never shown; the key changes beside a running server."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.signing import TEXT_MAX
from metrone.webhooks.registry import ADAPTERS
from tests.cli.conftest import Run, Spawn
from tests.running import RunningServer

TEXT = "hunter2-hunter2-hunter2-Zq9f"
GOOD = {
    "telnyx": "GjD4AKwlF5P0Z5ZmM2E6ZMvVMfWLOQBHiCHKwjbEyqk=",
    "openai": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "anthropic": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
}


@pytest.fixture(autouse=True)
def project(run: Run) -> dict[str, Any]:
    """A project, as the command that made it printed it."""
    made: dict[str, Any] = json.loads(run("projects", "create", "Shop", "--json").stdout)
    return made


def set_secret(run: Run, *options: str, platform: str = "vapi", text: str | bytes = TEXT) -> Any:
    """Set a secret from standard input; the JSON answer."""
    done = run("webhooks", "secret", "Shop", "--platform", platform, "--set-from", "-", "--json", *options, stdin=text)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def known(data_dir: Path, endpoint: str = "main", platform: str = "vapi") -> object:
    """What a server knows after its next look."""
    with Database.open(load_config({}, data_dir=str(data_dir))) as db:
        return load_directory(db).secrets_of(1, platform, endpoint)


@pytest.mark.parametrize("platform", ADAPTERS)
def test_secret_is_set_for_every_platform(run: Run, data_dir: Path, platform: str) -> None:
    text = GOOD.get(platform, TEXT)
    made = set_secret(run, platform=platform, text=f"{text}\n")
    assert set(made) == {"id", "platform", "endpoint", "hint", "created_at", "is_readable", "signed_with"}
    assert re.fullmatch(r"sec_[a-z2-7]{16}", made["id"])
    assert (made["platform"], made["endpoint"], made["hint"]) == (platform, "", text[-4:])
    assert made["signed_with"] == ADAPTERS[platform].signed_with
    assert known(data_dir, platform=platform) == (text,)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_secret_is_known_to_a_running_server_without_the_end_of_its_line(
    run: Run, data_dir: Path, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(f"{TEXT}{ending}".encode())
    with Database.open(load_config({}, data_dir=str(data_dir))) as server:
        before = load_directory(server)
        done = run("webhooks", "secret", "shop", "--platform", "vapi", "--endpoint", "main", "--set-from", str(file))
        assert done.exit_code == 0
        assert server.revision() != before.revision
        after = load_directory(server)
    assert after.secrets_of(1, "vapi", "main") == (TEXT,)
    assert after.secrets_of(1, "vapi", "sales") == before.secrets_of(1, "vapi", "main") == ()
    assert "Vapi signs with the credential's token or secret key." in done.stdout
    assert "the endpoint main" in done.stdout


def test_secret_adds_and_replaces_only_when_told(run: Run, data_dir: Path) -> None:
    first = set_secret(run, "--endpoint", "main", text="first")
    assert set_secret(run, "--endpoint", "main", text="first") == first
    set_secret(run, "--endpoint", "main", text="second")
    set_secret(run, text="every")
    assert set(known(data_dir)) == {"first", "second"}  # type: ignore[call-overload]
    set_secret(run, "--endpoint", "main", "--replace", text="third")
    assert (known(data_dir), known(data_dir, "sales")) == (("third",), ("every",))


def test_secret_is_removed_by_its_id(run: Run, data_dir: Path) -> None:
    made = set_secret(run)
    run("projects", "create", "Blog")
    for name, secret_id in (("Blog", made["id"]), ("Shop", "sec_none")):
        refused = run("webhooks", "secret", name, "--remove", secret_id)
        assert refused.exit_code == 1
        assert "metrone webhooks secrets PROJECT" in refused.stderr
    assert known(data_dir) == (TEXT,)
    done = run("webhooks", "secret", "Shop", "--remove", made["id"])
    assert f"Removed the secret {made['id']} of Shop" in done.stdout
    assert known(data_dir) == ()


@pytest.mark.parametrize(
    ("options", "text", "part"),
    [
        ([], TEXT, "--remove ID alone"),
        (["--platform", "vapi"], TEXT, "--remove ID alone"),
        (["--set-from", "-"], TEXT, "--platform twilio, "),
        (["--set-from", "-", "--remove", "sec_a"], TEXT, "--remove ID alone"),
        (["--remove", "sec_a", "--platform", "vapi"], TEXT, "--remove ID alone"),
        (["--remove", "sec_a", "--replace"], TEXT, "--remove ID alone"),
        (["--platform", "slack", "--set-from", "-"], TEXT, "'slack' is not one of"),
        (["--platform", "vapi", "--set-from", "/nowhere/secret"], TEXT, "No such file"),
        (["--platform", "vapi", "--set-from", "-"], "\n", "The secret is empty."),
        (["--platform", "vapi", "--set-from", "-"], f"{TEXT}\nsecond", "more than one line"),
        (["--platform", "vapi", "--set-from", "-"], f"{TEXT} \n", "ends with a space"),
        (["--platform", "vapi", "--set-from", "-"], b"hunter2\xff", "not text in UTF-8"),
        (["--platform", "vapi", "--set-from", "-"], "h" * (TEXT_MAX + 1), "between 1 and 4096"),
        (["--platform", "vapi", "--set-from", "-"], "h" * 1_000_000, "between 1 and 4096"),
        (["--platform", "vapi", "--endpoint", "a/b", "--set-from", "-"], TEXT, "no name for an endpoint"),
        (["--platform", "openai", "--set-from", "-"], TEXT, "OpenAI signs with the endpoint's signing secret"),
        (["--platform", "telnyx", "--set-from", "-"], TEXT, "44 characters"),
    ],
)
def test_secret_says_what_to_do_and_not_the_secret_when_it_cannot(
    run: Run, options: list[str], text: str | bytes, part: str
) -> None:
    done = run("webhooks", "secret", "Shop", *options, stdin=text)
    assert (done.exit_code, done.stdout) == (2, "")
    assert part in done.stderr
    assert "hunter2" not in done.stderr
    assert json.loads(run("webhooks", "secrets", "Shop", "--json").stdout) == []


def test_secrets_are_listed_without_their_text(run: Run) -> None:
    assert "taken unsigned" in run("webhooks", "secrets", "Shop").stdout
    set_secret(run)
    set_secret(run, text="brief")
    set_secret(run, "--endpoint", "main", platform="retell")
    shown = run("webhooks", "secrets", "Shop").stdout
    listed = json.loads(run("webhooks", "secrets", "Shop", "--json").stdout)
    assert [(each["platform"], each["endpoint"]) for each in listed] == [("retell", "main"), ("vapi", ""), ("vapi", "")]
    assert sorted(each["hint"] for each in listed) == ["", "Zq9f", "Zq9f"]
    assert all(each["id"] in shown and each["is_readable"] for each in listed)
    for text in ("hunter2", "brief"):
        assert text not in shown + json.dumps(listed)
    run("projects", "create", "Blog")
    assert json.loads(run("webhooks", "secrets", "Blog", "--json").stdout) == []


def test_secrets_say_what_to_do_when_they_cannot_be_read(run: Run, data_dir: Path) -> None:
    set_secret(run)
    (data_dir / "secret.key").unlink()
    shown = run("webhooks", "secrets", "Shop").stdout
    assert "cannot be read" in shown
    assert "restore secret.key from a backup" in shown
    assert "nobody can read them: 1." in run("webhooks", "rotate-key").stdout
    assert run("doctor").exit_code == 1
    set_secret(run, "--replace")
    assert known(data_dir) == (TEXT,)
    assert run("doctor").exit_code == 0


def test_rotate_key_changes_the_key_beside_a_running_server(spawn: Spawn, run: Run, data_dir: Path) -> None:
    set_secret(run)
    with Database.open(load_config({}, data_dir=str(data_dir))) as server:
        before, key = load_directory(server), (data_dir / "secret.key").read_bytes()
        done = spawn("webhooks", "rotate-key", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == {"secrets": 1, "unreadable": 0, "was_begun": False}
        assert server.revision() != before.revision
        assert load_directory(server).secrets_of(1, "vapi", "main") == before.secrets_of(1, "vapi", "main") == (TEXT,)
        assert (data_dir / "secret.key").read_bytes() != key
        server.vault.ready_next()
    assert "had been interrupted; it is complete now" in run("webhooks", "rotate-key").stdout
    assert known(data_dir) == (TEXT,)


@pytest.mark.parametrize("arguments", [["secret", "Shop", "--platform", "vapi", "--set-from", "-"], ["rotate-key"]])
def test_key_is_not_made_in_a_wrong_folder_when_the_database_is_elsewhere(
    run: Run, tmp_path: Path, arguments: list[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    run("projects", "create", "Shop", METRONE_DATABASE_URL=url)
    done = run("webhooks", *arguments, stdin=TEXT, METRONE_DATABASE_URL=url, METRONE_DATA_DIR=str(tmp_path / "wrong"))
    assert done.exit_code == 1
    assert "--data-dir" in done.stderr
    assert not (tmp_path / "wrong").exists()


def test_server_goes_on_when_secrets_cannot_be_read_and_while_the_key_changes(tmp_path: Path) -> None:
    server = RunningServer(tmp_path, {"METRONE_LOG_LEVEL": "debug"})
    (tmp_path / "secret").write_text(TEXT)
    server.run("webhooks", "secret", "Shop", "--platform", "vapi", "--set-from", str(tmp_path / "secret"))
    (server.data_dir / "secret.key").unlink()
    server.start()
    project = server.project("Second")  # known to the server, so it went on reading what the control database holds
    server.run("webhooks", "secret", "Second", "--platform", "vapi", "--set-from", str(tmp_path / "secret"))
    assert server.run("webhooks", "rotate-key") == {"secrets": 1, "unreadable": 1, "was_begun": False}
    server.key(project, "read")
    assert server.client().get("/v1/health").json()["status"] == "ok"
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()
    assert all(TEXT.encode() not in path.read_bytes() for path in server.data_dir.rglob("*") if path.is_file())
    assert TEXT not in server.log.read_text()
