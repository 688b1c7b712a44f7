"""The small readers: numbers, times, forms, persons, countries, link ids, each as a table of what is sent and what it means."""

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.webhooks.bodies import Content, Unreadable, form_pairs, read_content, read_form
from metrone.webhooks.countries import COUNTRIES, country_of
from metrone.webhooks.fields import count, flag, ident, moment, number, text, word
from metrone.webhooks.links import find_links
from metrone.webhooks.persons import email_of, person, phone_of

MOMENTS: list[tuple[object, float | None]] = [
    (1_772_539_200, 1_772_539_200.0),
    (1_772_539_200_445, 1_772_539_200.445),
    ("1772539200", 1_772_539_200.0),
    ("1772539200445", 1_772_539_200.445),
    (1722115418016.999, 1722115418.017),
    ("2026-03-03T12:00:00Z", 1_772_539_200.0),
    ("2026-03-03T12:00:00.254571515Z", 1_772_539_200.255),  # Zendesk
    ("2026-03-03T12:00:00+00:00", 1_772_539_200.0),  # Bland
    ("2026-03-03 12:00:00.731479Z", 1_772_539_200.731),  # Telnyx TeXML
    ("Tue, 03 Mar 2026 12:00:00 +0000", 1_772_539_200.0),  # Twilio
    ("Tue, 03 Mar 2026 14:00:00 +0200", 1_772_539_200.0),
    ("2026-03-03T12:00:00", 1_772_539_200.0),  # without a zone: UTC
    ("yesterday", None),
    ("", None),
    ("9" * 50, None),
    (0, None),
    (10**400, None),
    (-5, None),
    (1e308, None),
    (float("nan"), None),
    (True, None),
    ("0001-01-01T00:00:00+14:00", None),
    ([], None),
]


@pytest.mark.parametrize(("sent", "meant"), MOMENTS)
def test_moments(sent: object, meant: float | None) -> None:
    assert moment({"t": sent}, "t") == meant


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("0.0051", 0.0051), (5, 5.0), ("196", 196.0), (-1, None), ("-0.01", None), ("inf", None), ("nan", None), (True, None),
     ("1e9999", None), (2**70, None), (10**400, None), ("12 s", None), (None, None), ({}, None)],
)  # fmt: skip
def test_numbers(sent: object, meant: float | None) -> None:
    assert number({"n": sent}, "n") == meant


def test_counts_flags_ids_words_and_texts() -> None:
    assert [count({"n": n}, "n") for n in (3, "4", 2.5, 2**40, True)] == [3, 4, None, None, None]
    assert [flag({"f": f}, "f") for f in (True, "false", "True", 1, "yes", None)] == [
        True,
        False,
        True,
        None,
        None,
        None,
    ]
    assert [ident({"i": i}, "i") for i in (" a-1 ", 12, 10**26, True, "a b", "é", "", "x" * 201)] == [
        "a-1", "12", str(10**26), None, None, None, None, None,
    ]  # fmt: skip
    assert [word({"w": w}, "w") for w in ("user_hangup", "call.x/y", "1abc", "a" * 129)] == [
        "user_hangup",
        "call.x/y",
        None,
        None,
    ]
    assert text({"t": " a\x00\u202eb\ud83d "}, "t") == "ab"
    assert text({"t": "x" * 50_000}, "t") == "x" * 20_000


@settings(deadline=None)  # a busy machine is no error
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_readers_bear_anything(value: object) -> None:
    for read in (moment, number, count, flag, ident, word, text):
        read({"x": value}, "x")
        read(value, "x", 0)
    find_links(value, {"metrone_session": value})
    person(phone=value, email=value, own_id=value)


PHONES = [
    ("+447700900142", "+447700900142"),
    ("+1 (480) 555-1234", "+14805551234"),
    ("0044 7700 900142", "+447700900142"),
    ("14805551234", "+14805551234"),
    ("sip:+447700900142@carrier.example.net;user=phone", "+447700900142"),
    ("whatsapp:+447700900142", "+447700900142"),
    ("tel:+44-7700-900142", "+447700900142"),
    ("4805551234", "4805551234"),
    ("anonymous", None),
    ("client:ana", None),
    ("", None),
    ("sip:ana@example.com", None),
    ("+123", None),
    ("٠١٢٣٤٥٦٧٨٩", None),
    (4805551234, None),
]


@pytest.mark.parametrize(("sent", "meant"), PHONES)
def test_phone_numbers(sent: object, meant: str | None) -> None:
    assert phone_of(sent) == meant


def test_email_addresses() -> None:
    assert email_of(" Ana@Example.COM ") == "ana@example.com"
    assert [email_of(sent) for sent in ("ana", "a@b", "a b@c.de", "@c.de", None, "a@" + "b" * 300 + ".de")] == [
        None
    ] * 6


def test_a_person_is_known_by_the_strongest_value_first() -> None:
    who = person(phone="+447700900142", email="Ana@Example.com", own_id="customer-1")
    assert who.values == ("customer-1", "ana@example.com", "+447700900142")
    assert who.country == "GB"
    assert "447700900142" not in repr(who)


def test_a_platforms_own_id_of_a_person_is_nobody_elsewhere() -> None:
    zendesk, intercom = (person(local=(name, "123")).values for name in ("zendesk", "intercom"))
    assert zendesk != intercom != person(own_id="123").values
    assert person(local=("zendesk", "0")).values == person(local=("zendesk", None)).values == ()


@pytest.mark.parametrize(
    ("number_", "country"),
    [("+447700900142", "GB"), ("+14155550100", "US"), ("+14165550100", "CA"), ("+18765550100", "JM"), ("+4930123456", "DE"),
     ("+77011234567", "KZ"), ("+74951234567", "RU"), ("+35312345678", "IE"), ("+99999999999", None), ("4930123456", None)],
)  # fmt: skip
def test_country_of_a_number(number_: str, country: str | None) -> None:
    assert country_of(number_) == country


def test_countries_are_countries() -> None:
    assert len(COUNTRIES) > 240
    assert all(code.isdigit() and len(name) == 2 and name.isupper() for code, name in COUNTRIES.items())


SESSIONS: list[tuple[Any, str]] = [
    ({"metrone_session": "s1"}, "s1"),
    ({"session_id": "s1"}, "s1"),
    ({"session_id": "other", "metrone_session": "s1"}, "s1"),
    ({"metroneSession": "s1"}, "s1"),
    ({"X-Metrone-Session": "s1"}, "s1"),
    ({"SipHeader_X-Metrone-Session": "s1"}, "s1"),
    ([{"name": "X-Metrone-Session", "value": "s1"}], "s1"),
    ('{"metrone_session": "s1"}', "s1"),
    ("metrone_session=s1&x=2", "s1"),
    (base64.b64encode(b'{"metrone_session": "s1"}').decode(), "s1"),
    (base64.b64encode(b"metrone_session=s1").decode(), "s1"),
    ({"metrone_session": "has a space"}, ""),
    ({"metrone_session": "ana@example.com"}, ""),
    ({"metrone_session": 7}, ""),
    ({"SessionId": "VX1"}, ""),
    ({"session": "s1"}, ""),
    ("g3QAAAACbQAAAAtkYXRh", ""),
    (None, ""),
]


@pytest.mark.parametrize(("source", "session"), SESSIONS)
def test_session_ids_are_found_where_they_travel(source: object, session: str) -> None:
    assert find_links(source).session_id == session


def test_forms_keep_blank_and_repeated_fields() -> None:
    assert form_pairs(b"a=1&b=&a=2&c&=x&&d=%C3%A9+%26") == [
        (b"a", b"1"), (b"b", b""), (b"a", b"2"), (b"c", b""), (b"", b"x"), (b"d", "é &".encode()),
    ]  # fmt: skip
    assert read_form(b"a=1&a=2&b=") == {"a": "1", "b": ""}
    assert read_form(b"city=S%E3o+Paulo") == {"city": "São Paulo"}


def test_what_a_body_is_decides_not_what_it_claims() -> None:
    read = read_content(b' {"a": 1}', "k=v", "application/x-www-form-urlencoded")
    assert read == Content({"a": 1}, {}, {"k": "v"})
    assert read_content(b"a=1", "", "application/json") == Unreadable("The body is not valid JSON.")
    assert isinstance(read_content(b"<xml/>", "", "text/xml"), Unreadable)
    assert read_content(b"", "", "").is_empty  # type: ignore[union-attr]
