"""The secret of this installation: 32 random bytes in <data_dir>/secret.key, from which other keys are derived.

While it is being changed, the next one lies beside it in secret.key.next. What is encrypted with them: control/vault.
"""

import secrets
import stat
from pathlib import Path

from metrone.config import Config
from metrone.control.errors import Unavailable
from metrone.control.files import make_folder, publish, replace, write_draft

SECRET_BYTES = 32
FILE_NAME = "secret.key"
NEXT_NAME = "secret.key.next"


def load_secret(config: Config) -> bytes:
    """The 32 bytes of the secret; made with file mode 600 on the first start.

    Raises Unavailable when the file is shorter than 32 bytes or when everyone on the machine may read it: such a secret
    is not one, and going on would sign with it.
    """
    return make_secret(config.root, FILE_NAME)


def make_secret(root: Path, name: str) -> bytes:
    """The secret in this file of the data folder, made where it is missing. Raises Unavailable as load_secret."""
    make_folder(root)
    path = root / name
    try:
        if not path.exists():
            publish(write_draft(path, secrets.token_bytes(SECRET_BYTES), secrets.token_hex(8)), path)
        return _read_secret(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def read_secrets(root: Path) -> tuple[bytes, ...]:
    """The secrets that there are, newest first; makes none. Raises Unavailable.

    The next one is looked for first: it takes the name of the other, so that one read between finds it under either.
    """
    found = []
    for path in (root / NEXT_NAME, root / FILE_NAME):
        try:
            found.append(_read_secret(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _unreadable(path, error) from error
    return tuple(found)


def is_changing(root: Path) -> bool:
    """Whether a change of the secret was begun and not ended."""
    return (root / NEXT_NAME).exists()


def end_change(root: Path) -> None:
    """The next secret takes the place of the secret, which is gone. Only once nothing needs that one any more."""
    try:
        replace(root / NEXT_NAME, root / FILE_NAME)
        for draft in root.glob(f".{FILE_NAME}.*"):  # left by a crash in `publish`; it may be the old secret itself
            draft.unlink()
    except OSError as error:
        raise Unavailable(f"{root / FILE_NAME} cannot be replaced ({error.strerror}); then run this again.") from error


def _read_secret(path: Path) -> bytes:
    if path.stat().st_mode & stat.S_IRWXO:
        raise Unavailable(f"Every user of this machine can read {path}; run: chmod 600 {path}")
    content = path.read_bytes()
    if len(content) < SECRET_BYTES:
        raise Unavailable(
            f"{path} holds {len(content)} bytes instead of {SECRET_BYTES}; restore it from a backup,"
            " or delete it to have a new one made (the signing secrets of webhooks must be set again then)."
        )
    return content[:SECRET_BYTES]


def _unreadable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(f"{path} cannot be read ({error.strerror}); give its owner access to it.")
