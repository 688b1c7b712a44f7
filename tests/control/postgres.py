"""A throw-away PostgreSQL cluster on a Unix socket in a temporary folder. Needs Debian's package `postgresql`."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
ADVICE = (
    "PostgreSQL's server programs are missing; run `make system-packages` (Debian package postgresql) and try again."
)
# The cluster is thrown away, so it need not survive a power loss.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=40"


@contextmanager
def run_cluster() -> Iterator[str]:
    """Start a cluster; gives the URL of its server without a database name. Stopped and deleted afterwards."""
    binaries = _find_binaries()
    owner = _server_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 characters
    if owner:
        shutil.chown(folder, owner)
    data = folder / "data"
    try:
        _run(owner, binaries / "initdb", "-D", data, "-U", "metrone", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-k {folder} -c listen_addresses='' {FAST}"
        _run(owner, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://metrone@/%s?host={folder}"
        finally:
            _run(owner, binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def create_database(server: str) -> str:
    """An empty database on the cluster; gives its URL."""
    name = f"t_{uuid4().hex}"
    with psycopg.connect(server % "postgres", autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    return server % name


def _find_binaries() -> Path:
    found = [path.parent for path in DEBIAN_BINARIES.glob("*/bin/initdb")]
    elsewhere = shutil.which("initdb")
    if elsewhere:
        found.append(Path(elsewhere).parent)
    if not found:
        raise RuntimeError(ADVICE)
    return max(found, key=lambda path: path.parent.name.zfill(4))


def _server_user() -> str | None:
    """Whom root must become, as the server refuses to run as root; Debian's package brings the user postgres."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise RuntimeError(ADVICE) from None


def _run(owner: str | None, program: Path, *arguments: str | Path) -> None:
    switched = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups"] if owner else []
    # Not captured through pipes: the server would inherit them and keep them open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [*switched, program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            check=False,
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{program.name} failed: {output.read().decode(errors='replace')}")
