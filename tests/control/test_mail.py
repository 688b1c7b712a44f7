"""Mail: where it goes, over what, and what is said when it cannot."""

import pytest

from metrone.config import Config
from metrone.control.errors import Invalid, Unavailable
from metrone.control.mail import Letter, Relay, parse_relay, send_letter
from tests.postbox import open_postbox, read_text


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example", Relay("mail.example", 587, False, False, "", "")),
        ("smtps://ann%40x.example:p%3Aw@mail.example", Relay("mail.example", 465, True, False, "ann@x.example", "p:w")),
        ("smtp://127.0.0.1:25", Relay("127.0.0.1", 25, False, True, "", "")),
        ("smtp://localhost:25", Relay("localhost", 25, False, True, "", "")),
    ],
)
def test_parse_relay_reads_the_setting(url: str, relay: Relay) -> None:
    assert parse_relay(url) == relay
    assert "p:w" not in repr(parse_relay(url))


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:port"])
def test_parse_relay_refuses_what_is_none(url: str) -> None:
    with pytest.raises(Invalid, match="METRONE_SMTP_URL"):
        parse_relay(url)


def test_send_letter_hands_it_over_as_it_is() -> None:
    with open_postbox() as box:
        config = Config(smtp_url=box.url, mail_from="metrone@shop.example")
        send_letter(config, Letter("ann@shop.example", "Grüße", "Zeile\n.\nEnde ✓\n"))
    (message,) = box.messages
    assert (message["From"], message["To"], message["Subject"]) == ("metrone@shop.example", "ann@shop.example", "Grüße")
    assert read_text(message) == "Zeile\n.\nEnde ✓\n"


def test_send_letter_says_no_address_when_it_is_refused() -> None:
    with open_postbox() as box:
        box.refuse = True
        with pytest.raises(Unavailable) as caught:
            send_letter(Config(smtp_url=box.url), Letter("ann@shop.example", "x", "x"))
    assert "ann" not in str(caught.value)


def test_send_letter_fails_when_nobody_listens() -> None:
    with pytest.raises(Unavailable):
        send_letter(Config(smtp_url="smtp://127.0.0.1:1"), Letter("ann@shop.example", "x", "x"))


def test_a_letter_cannot_bring_headers_along() -> None:
    with open_postbox() as box, pytest.raises(ValueError, match=r"[Ll]inefeed|newline"):
        send_letter(Config(smtp_url=box.url), Letter("ann@shop.example\nBcc: eve@evil.example", "x", "x"))
