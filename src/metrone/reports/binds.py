"""Bound parameters of one query: the only way in which a caller's value gets near SQL."""

from metrone.errors import MetroneError
from metrone.store.base import Param


class Binds:
    """Collects values under names of our own. `params` is what Store.query takes."""

    def __init__(self, project_no: int) -> None:
        self.params: dict[str, Param] = {"project_no": project_no}

    def add(self, value: Param, kind: str) -> str:
        """Bind a value and give its place in the SQL. Raises INVALID_PAYLOAD for text that is not Unicode."""
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not _is_unicode(text):
                raise MetroneError("INVALID_PAYLOAD", "A value holds half of a surrogate pair. Send valid Unicode.")
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"{{{name}:{kind}}}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
