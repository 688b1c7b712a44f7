"""What mail says, and sending it after the answer: how long mail takes must not tell who has an account."""

import asyncio
import logging

from metrone.control.errors import ControlError
from metrone.control.mail import Letter, send_letter
from metrone.web.signedin import Accounts

log = logging.getLogger("metrone.web")


def send_later(accounts: Accounts, letter: Letter) -> None:
    """Send it in the background. Trouble goes to the log, without the address."""
    errand = asyncio.create_task(_send(accounts, letter))
    accounts.errands.add(errand)
    errand.add_done_callback(accounts.errands.discard)


async def _send(accounts: Accounts, letter: Letter) -> None:
    try:
        await asyncio.to_thread(send_letter, accounts.config, letter)
    except ControlError as error:
        log.warning("mail: %s", error)


def reset_letter(email: str, address: str) -> Letter:
    """A new password was asked for."""
    text = (
        f"Somebody, hopefully you, asked for a new password at Metrone. Set it here, within the hour:\n\n{address}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n"
    )
    return Letter(email, "A new password for Metrone", text)


def invitation_letter(email: str, organisation: str, address: str) -> Letter:
    """Somebody was invited."""
    text = (
        f"You are invited to the numbers of {organisation} at Metrone. Join within a week:\n\n{address}\n\n"
        "If you do not know why, do nothing.\n"
    )
    return Letter(email, "Your invitation to Metrone", text)


def confirmation_letter(email: str, address: str) -> Letter:
    """Somebody signed up with this address."""
    text = (
        f"Somebody, hopefully you, made an account at Metrone with this address. Confirm it within a day:\n\n{address}\n\n"
        "If it was not you, do nothing: no account is made.\n"
    )
    return Letter(email, "Confirm your account at Metrone", text)


def known_letter(email: str, origin: str) -> Letter:
    """Somebody signed up with an address that has an account."""
    text = (
        "Somebody, hopefully you, tried to make an account at Metrone with this address, which has one already.\n"
        f"Sign in here, or set a new password there:\n\n{origin}/signin\n{origin}/forgot\n"
    )
    return Letter(email, "Your account at Metrone", text)
