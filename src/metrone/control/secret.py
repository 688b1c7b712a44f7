"""The secret of this installation: 32 random bytes in <data_dir>/secret.key, from which other keys are derived."""

import secrets
import stat
from pathlib import Path

from metrone.config import Config
from metrone.control.errors import Unavailable
from metrone.control.files import make_folder, publish, write_draft

SECRET_BYTES = 32
FILE_NAME = "secret.key"


def load_secret(config: Config) -> bytes:
    """The 32 bytes of the secret; made with file mode 600 on the first start.

    Raises Unavailable when the file is shorter than 32 bytes or when everyone on the machine may read it: such a secret
    is not one, and going on would sign with it.
    """
    make_folder(config.root)
    path = config.root / FILE_NAME
    try:
        if not path.exists():
            publish(write_draft(path, secrets.token_bytes(SECRET_BYTES), secrets.token_hex(8)), path)
        return _read_secret(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be read ({error.strerror}); give its owner access to it.") from error


def _read_secret(path: Path) -> bytes:
    if path.stat().st_mode & stat.S_IRWXO:
        raise Unavailable(f"Every user of this machine can read {path}; run: chmod 600 {path}")
    content = path.read_bytes()
    if len(content) < SECRET_BYTES:
        raise Unavailable(
            f"{path} holds {len(content)} bytes instead of {SECRET_BYTES}; restore it from a backup,"
            " or delete it to have a new one made (everyone signs in again)."
        )
    return content[:SECRET_BYTES]
