"""An SMTP server that keeps what it is given: the edge of the world, for the tests of mail."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class Postbox:
    """The messages that came. `refuse` lets every recipient be refused."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse = False
        self.url = ""

    def to(self, email: str) -> list[str]:
        """The texts that were sent to this address."""
        return [read_text(message) for message in self.messages if message["To"] == email]


def read_text(message: EmailMessage) -> str:
    """The text as it was written; SMTP ends lines its own way."""
    text: str = message.get_content()
    return text.replace("\r\n", "\n")


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    """A postbox on the loopback, as METRONE_SMTP_URL."""
    box = Postbox()

    class Session(socketserver.StreamRequestHandler):
        """One connection, as far as smtplib speaks (RFC 5321)."""

        def handle(self) -> None:
            self._say("220 postbox")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(" ")[0].upper()
                if verb == "DATA":
                    self._take()
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                elif verb == "RCPT" and box.refuse:
                    self._say("550 no such user here")
                else:
                    self._say("250 postbox")

        def _take(self) -> None:
            self._say("354 go on")
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b"."))
            box.messages.append(message_from_bytes(b"".join(lines), EmailMessage, policy=default))
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        box.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
