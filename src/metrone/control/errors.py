"""What this room refuses, as exceptions whose message is a sentence for the person at the keyboard.

No HTTP status and no exit code here: web and cli translate.
"""


class ControlError(Exception):
    """Something in the control plane cannot be done; the message says what to do."""


class Invalid(ControlError):
    """A value given from outside cannot be used. `field` is the name of the value."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Missing(ControlError):
    """The project, key or other thing that was named does not exist."""


class Refused(ControlError):
    """Whoever asks may not do that; the message says whom to ask."""


class Unavailable(ControlError):
    """The control database, or a file beside it, cannot be used now."""
