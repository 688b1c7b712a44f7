"""STEPS: what happens to every event, in order. A step fills in its part of the row, or says why the event goes no further.

Adding an enrichment is one function and one line in STEPS. A step asks nothing of the disk or the network.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from metrone.errors import MetroneError
from metrone.events.event import Event
from metrone.events.incoming import properties_text
from metrone.events.vocabulary import (
    AI_INTERACTIONS,
    EVENT_TYPES,
    INTERACTIVE_TYPES,
    SOURCE_CLASSES,
    SOURCE_OF_TYPE,
)
from metrone.intake import identity
from metrone.intake.agents import classify
from metrone.intake.client import parse_client
from metrone.intake.draft import Draft, End
from metrone.intake.exclusion import exclude
from metrone.intake.sessions import Origins, Visit, scope_of
from metrone.intake.source import Attribution, Utm, attribute
from metrone.intake.url import LONGEST_URL, LONGEST_VALUE, clean_text, clean_url, split_page

Step = Callable[[Draft], End | None]

PAST_SEC = 30 * 86400  # wire.md, "timestamp"
AHEAD_SEC = 5 * 60
MS_MAX = 10**15  # no clock says more; an integer of JSON may have four thousand digits
TITLE_MAX = 300
NAME_MAX = 120
SESSION_ID_MAX = 128
EPOCH_DAY = date(1970, 1, 1).toordinal()
DEFAULT_CURRENCY = "USD"
_SCREEN = re.compile(r"\d{2,5}x\d{2,5}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def set_time(draft: Draft) -> None:
    """The event's own time where it is believable, else the arrival, and then the row says so."""
    arrival, given = draft.sender.at, draft.incoming.timestamp
    at = arrival if given is None else _epoch_seconds(given)
    if at is None or not arrival - PAST_SEC <= at <= arrival + AHEAD_SEC:
        at, draft.row.is_clock_adjusted = arrival, 1
    draft.row.timestamp = round(at, 3)


def name_event(draft: Draft) -> None:
    """track('signup') and {"event_type": "custom", "event_name": "signup"} are both the custom event signup."""
    incoming, row = draft.incoming, draft.row
    if incoming.event_type in EVENT_TYPES:
        row.event_type = incoming.event_type
        row.event_name = _short(incoming.event_name, NAME_MAX)
    else:
        row.event_type = "custom"
        row.event_name = _short(incoming.event_type, NAME_MAX)
        if incoming.event_name and incoming.event_name != incoming.event_type:
            incoming.properties = {"event_name": incoming.event_name, **(incoming.properties or {})}
    if row.event_type == "conversion" and not row.event_name:
        row.event_name = _short(_property(draft, "conversion_type"), NAME_MAX)


def set_source(draft: Draft) -> None:
    """The channel that the event came through, as given, and the one of the five classes that reports use."""
    incoming, row = draft.incoming, draft.row
    given = _short(incoming.source, 64).lower()
    has_page = bool(incoming.page_url or incoming.page_path)
    row.source = given or SOURCE_OF_TYPE.get(row.event_type) or ("web" if has_page else "server")
    row.source_class = row.source if row.source in SOURCE_CLASSES else "server"
    row.channel = _short(incoming.channel, 64)


def read_page(draft: Draft) -> None:
    """Where it happened. The query string is read for campaigns when a session opens, and then dropped."""
    incoming, row = draft.incoming, draft.row
    if not incoming.page_url and not incoming.page_path:
        return
    url, path = _page_of(draft)
    draft.page = page = split_page(url, path)
    row.page_path = page.path
    if page.host:
        row.page_origin = f"{'http' if url[:5].lower() == 'http:' else 'https'}://{page.host}"
    row.page_title = _short(incoming.page_title, TITLE_MAX)


def read_client(draft: Draft) -> None:
    """Browser, system and device of the visitor: of the forwarded User-Agent, else of the connection's."""
    given = draft.incoming.user_agent
    draft.is_forwarded = given is not None
    draft.user_agent = draft.sender.user_agent if given is None else given
    draft.client = parse_client(draft.user_agent)


def tell_agents(draft: Draft) -> None:
    """Human, AI agent or bot."""
    who = classify(draft.user_agent, draft.sender.address, draft.is_forwarded)
    row = draft.row
    row.visitor_type, row.agent_name, row.agent_operator = who.visitor_type, who.agent_name, who.agent_operator


def set_referrer(draft: Draft) -> None:
    """The page before this one; what it says of the session's origin is read when one opens."""
    if referrer := draft.incoming.referrer:
        draft.row.referrer = clean_url(referrer[:LONGEST_URL])


def read_value(draft: Draft) -> None:
    """What an event is worth, exact to four places, with its currency."""
    value = _number((draft.incoming.properties or {}).get("value"))
    if value is None or abs(value) >= 1e13:
        return
    currency = _property(draft, "currency").upper()
    draft.row.value = f"{value:.4f}"
    draft.row.currency = currency if _CURRENCY.fullmatch(currency) else DEFAULT_CURRENCY


def read_ai(draft: Draft) -> None:
    """The AI fields, also from the properties where field clients put them, and which interaction it tells of."""
    incoming, row = draft.incoming, draft.row
    row.agent_id, row.agent_type = _short(incoming.agent_id, 128), _short(incoming.agent_type, 64)
    if row.event_type not in SOURCE_OF_TYPE and not incoming.ai_provider and not incoming.ai_call_id:
        return
    row.ai_provider = _short(incoming.ai_provider, 64).lower()
    row.ai_call_id = _short(incoming.ai_call_id, 255)
    row.ai_session_id = _short(incoming.ai_session_id, 255)
    row.ai_intent = _short(incoming.ai_intent, 120) or _property(draft, "intent")[:120]
    row.ai_outcome = _short(incoming.ai_outcome, 120) or _property(draft, "outcome")[:120]
    row.ai_model = _short(incoming.ai_model, 120)
    row.ai_sentiment = _short(incoming.ai_sentiment, 64)
    row.ai_duration_sec = incoming.ai_duration_sec
    row.ai_cost_usd = incoming.ai_cost_usd
    row.ai_messages = incoming.ai_messages if incoming.ai_messages is not None else _count(draft, "message_count")
    row.ai_tokens_in, row.ai_tokens_out = incoming.ai_tokens_in, incoming.ai_tokens_out
    row.ai_latency_ms = incoming.ai_latency_ms
    resolved = incoming.ai_resolved
    if resolved is None and isinstance(given := (incoming.properties or {}).get("resolved"), bool):
        resolved = given
    row.ai_resolved = None if resolved is None else int(resolved)
    if row.event_type in AI_INTERACTIONS:
        row.interaction_key = _interaction(draft)


def set_interactive(draft: Draft) -> None:
    """Whether the event by itself keeps its session from being a bounce."""
    row, properties = draft.row, draft.incoming.properties or {}
    is_interactive = row.event_type in INTERACTIVE_TYPES or (
        row.event_type == "click" and properties.get("click_type") == "tracked"
    )
    row.is_interactive = int(is_interactive and properties.get("interactive") is not False)


def join_session(draft: Draft) -> None:
    """The visitor and the session, and the session's own columns from its first event."""
    named = draft.incoming.session_id or _property(draft, "metrone_session")[:SESSION_ID_MAX]
    if not named and not _is_on_page(draft):
        named = _conversation(draft.row)
    visit = _join_named(draft, named) if named else _join_nearest(draft)
    if visit is None:
        visit = _visit_of(draft)
        draft.desk.sessions.open(visit)
    _stamp(draft.row, visit)


def seal(draft: Draft) -> MetroneError | None:
    """The properties as they will be given back, and what is left to say."""
    draft.row.sdk_version = _short(draft.incoming.sdk_version, 64)
    try:
        draft.row.properties = properties_text(draft.incoming)
    except MetroneError as error:
        return error.with_traceback(None)  # its frames hold the draft, which would hold them for ever (gc=False)
    return None


STEPS: tuple[Step, ...] = (
    set_time,
    name_event,
    set_source,
    read_page,
    read_client,
    exclude,
    tell_agents,
    set_referrer,
    read_value,
    read_ai,
    set_interactive,
    seal,
    join_session,  # last, because the steps before it may refuse the event, and a refused one opens no session
)


def run_steps(drafts: Sequence[Draft]) -> None:
    """Take drafts through all steps; `end` says of each that does not come through why. With one that is refused, the others
    of its request (of its sender) go no further.

    All of them go through one step before the next: the processor still has at hand what the step needs (decision 5).
    """
    for step in STEPS:
        ends = [step(draft) for draft in drafts]
        if any(ends):
            for draft, end in zip(drafts, ends, strict=True):
                draft.end = end
            refused = {id(draft.sender) for draft in drafts if isinstance(draft.end, MetroneError)}
            drafts = [draft for draft in drafts if draft.end is None and id(draft.sender) not in refused]


def _join_named(draft: Draft, named: str) -> Visit | None:
    """A session that has an id: a client's own, the web session that a call carries, or a conversation's."""
    incoming, row, sender = draft.incoming, draft.row, draft.sender
    scope = scope_of(sender.project, sender.is_test)
    row.session_id = incoming.session_id or ""
    row.session_key = identity.session_of_client(sender.project.secret, scope, named)
    visit = draft.desk.sessions.find(scope, row.session_key)
    if incoming.user_id:
        row.visitor_key = identity.visitor_of_user(sender.project.secret, scope, incoming.user_id)
    elif visit is not None:
        row.visitor_key = visit.visitor_key
    elif named == _conversation(row):
        # The connection is a server's or a platform's: the person at the other end is known by this call alone.
        row.visitor_key = identity.hash_text(sender.project.secret, "caller", scope, named)
    else:
        row.visitor_key = next(_visitors_today(draft, scope))
    return visit


def _join_nearest(draft: Draft) -> Visit | None:
    """A session by its visitor: the one that spans the event's time or ends at most 30 minutes from it."""
    incoming, row, secret = draft.incoming, draft.row, draft.sender.project.secret
    scope = scope_of(draft.sender.project, draft.sender.is_test)
    user_id = incoming.user_id
    candidates = iter([identity.visitor_of_user(secret, scope, user_id)]) if user_id else _visitors_today(draft, scope)
    row.visitor_key = 0
    for visitor_key in candidates:
        row.visitor_key = row.visitor_key or visitor_key
        if visit := draft.desk.sessions.find_near(visitor_key, row.timestamp):
            row.visitor_key, row.session_key = visitor_key, visit.session_key
            return visit
    row.session_key = identity.hash_text(secret, "opened", str(row.visitor_key), repr(row.timestamp))
    return None


def _visitors_today(draft: Draft, scope: str) -> Iterator[int]:
    """The cookieless visitor of the event's day, and yesterday's of the same client, whose visit may cross midnight."""
    salts, address, user_agent = draft.desk.salts, draft.sender.address, draft.user_agent
    day = int(draft.row.timestamp // 86_400) + EPOCH_DAY
    today = salts.day.toordinal()
    if day >= today:
        yield identity.visitor_of_address(salts.today, scope, address, user_agent)
        if salts.yesterday is not None:
            yield identity.visitor_of_address(salts.yesterday, scope, address, user_agent)
    elif day == today - 1 and salts.yesterday is not None:
        yield identity.visitor_of_address(salts.yesterday, scope, address, user_agent)
    else:
        yield identity.visitor_of_past(salts.today, scope, date.fromordinal(day), address, user_agent)


def _is_on_page(draft: Draft) -> bool:
    """Whether the visitor's own browser sent it from a page: then a chat belongs to the visit that it happened in."""
    return bool(draft.row.page_path and draft.client.os and not draft.is_forwarded)


def _conversation(row: Event) -> str:
    """A call or chat that carries no session has one of its own (metrics.md)."""
    if row.event_type not in SOURCE_OF_TYPE:
        return ""
    return row.ai_call_id or row.ai_session_id


def _interaction(draft: Draft) -> int:
    row, secret = draft.row, draft.sender.project.secret
    named = row.ai_call_id if row.event_type == "ai_query" else row.ai_call_id or row.ai_session_id
    if named:
        return identity.interaction_of(secret, row.event_type, row.ai_provider, named)
    return identity.interaction_of(secret, "event", str(row.event_id))


def _visit_of(draft: Draft) -> Visit:
    row, sender = draft.row, draft.sender
    at = row.timestamp
    return Visit(
        scope_of(sender.project, sender.is_test), row.session_key, row.visitor_key, at, at, at, _origins_of(draft)
    )


def _origins_of(draft: Draft) -> Origins:
    """What a session's first event says of all of it: where the visitor came from, by the rules of the room's table, where
    they are, and with what.
    """
    found, place, client = _attribute(draft), draft.place(), draft.client
    screen = _property(draft, "screen")
    return Origins(
        found.referrer_domain,
        found.traffic_source,
        found.channel,
        found.utm_source,
        found.utm_medium,
        found.utm_campaign,
        found.utm_term,
        found.utm_content,
        place.country_code,
        place.region,
        place.city,
        # Who names no system is a program (curl, a library) that sends for somebody: not a visitor's browser.
        client.browser if client.os else "",
        client.os,
        client.device_type,
        screen if _SCREEN.fullmatch(screen) else "",
    )


def _attribute(draft: Draft) -> Attribution:
    incoming = draft.incoming
    given = Utm(
        _cut(incoming.utm_source, LONGEST_VALUE),
        _cut(incoming.utm_medium, LONGEST_VALUE),
        _cut(incoming.utm_campaign, LONGEST_VALUE),
        _cut(incoming.utm_term, LONGEST_VALUE),
        _cut(incoming.utm_content, LONGEST_VALUE),
    )
    return _attribution(*_page_of(draft), _cut(incoming.referrer, LONGEST_URL), given)


@lru_cache(maxsize=4_096)
def _attribution(page_url: str, page_path: str, referrer: str, given: Utm) -> Attribution:
    page = split_page(page_url, page_path)
    return attribute(referrer, page.host, page.params, given)


def _stamp(row: Event, visit: Visit) -> None:
    visit.reach(row.timestamp)
    row.session_started_at = int(visit.started_at)
    origins = visit.origins
    row.referrer_domain = origins.referrer_domain
    row.traffic_source = origins.traffic_source
    row.traffic_channel = origins.traffic_channel
    row.utm_source = origins.utm_source
    row.utm_medium = origins.utm_medium
    row.utm_campaign = origins.utm_campaign
    row.utm_term = origins.utm_term
    row.utm_content = origins.utm_content
    row.country_code = origins.country_code
    row.region = origins.region
    row.city = origins.city
    row.browser = origins.browser
    row.os = origins.os
    row.device_type = origins.device_type
    row.screen = origins.screen


def _epoch_seconds(given: str | int | float) -> float | None:
    if isinstance(given, str):
        try:
            at = datetime.fromisoformat(given)
        except ValueError:
            return None
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() if at.year > 1 else None
    if not -MS_MAX < given < MS_MAX:
        return None
    return given / 1000 if given > 1e11 else float(given)  # seconds, where a client meant those


def _page_of(draft: Draft) -> tuple[str, str]:
    """The page as sent, cut before anything remembers it: a body of 512 KB may be one address."""
    incoming = draft.incoming
    return _cut(incoming.page_url, LONGEST_URL), _cut(incoming.page_path, LONGEST_URL)


def _cut(text: str | None, length: int) -> str:
    return text[:length] if text else ""


def _property(draft: Draft, name: str) -> str:
    value = draft.incoming.properties.get(name) if draft.incoming.properties else None
    return clean_text(value) if isinstance(value, str) else ""


def _count(draft: Draft, name: str) -> int | None:
    value = _number((draft.incoming.properties or {}).get(name))
    return int(value) if value is not None and 0 <= value < 2**32 else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if number - number == 0 else None  # neither infinite nor not a number


def _short(text: str | None, length: int) -> str:
    return clean_text(text[: length * 2])[:length] if text else ""
