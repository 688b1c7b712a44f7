"""The reads that split numbers by a dimension: `breakdown`, `pages` and `sources`, and many breakdowns in one pass."""

from collections.abc import Sequence

from metrone.reports.answers import Group, PartAnswer, ask, read_order, read_scope
from metrone.reports.context import Context
from metrone.reports.dimensions import read_dimension
from metrone.reports.leaders import ask_by_visitors
from metrone.reports.metrics import read_metrics
from metrone.reports.params import BreakdownParams, PagesParams, SourcesParams
from metrone.reports.question import Cut, Order, Part, Question

_PAGES = ("pageviews", "unique_visitors", "unique_sessions", "entries", "exits", "bounce_rate", "conversions")
# No visitors here: a distinct count by five keys at once is what takes the time.
_SOURCES = ("total_events", "pageviews", "conversions", "unique_sessions")
_CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign")


def read_breakdown(context: Context, params: BreakdownParams) -> dict[str, object]:
    """`{data: [{value, metric: …}], meta: {total, limit, offset, period, visitors_are}}`; value null = missing."""
    return read_breakdowns(context, [params])[0]


def read_breakdowns(context: Context, asked: Sequence[BreakdownParams]) -> list[dict[str, object]]:
    """The answers of breakdowns that differ in their dimension only, from one query."""
    question = breakdown_question(context, asked)
    places = {part.dimensions[0]: number for number, part in enumerate(question.parts)}
    answers = ask_by_visitors(context, question)
    return [_breakdown(params, question, answers[places[params.dimension]]) for params in asked]


def breakdown_question(context: Context, asked: Sequence[BreakdownParams]) -> Question:
    """The question of breakdowns that differ in their dimension only. Raises INVALID_PAYLOAD and FORBIDDEN."""
    first = asked[0]
    metrics = read_metrics(first.metrics)
    wanted = Cut(read_order(first.order_by, metrics), first.limit, first.offset)
    names = dict.fromkeys(read_dimension(params.dimension, "dimension") for params in asked)
    for name in names:
        context.lens.check(name)
    return Question(read_scope(context, first), metrics, tuple(Part((name,)) for name in names), wanted)


def read_pages(context: Context, params: PagesParams) -> dict[str, object]:
    """`{data: [{page_path, page_url, metric: …}], meta}`, most pageviews first; a page of several hosts has one row."""
    wanted = Cut(read_order(params.order_by, _PAGES), params.limit, params.offset)
    question = Question(read_scope(context, params), _PAGES, (Part(("page",)),), wanted, ("origin",))
    answer = ask(context, question)[0]
    data = [
        {
            "page_path": group.key[0],
            "page_url": f"{group.extra['origin']}{group.key[0]}" if group.extra["origin"] else None,
            **group.metrics,
        }
        for group in answer.groups
    ]
    meta = {"limit": params.limit, "offset": params.offset, "total": answer.total}
    return {"data": data, "meta": {**meta, "period": question.scope.period.label(), "visitors_are": "daily"}}


def read_sources(context: Context, params: SourcesParams) -> dict[str, object]:
    """Events by source, sessions by traffic source and by its finer channel, referrers and campaigns, in one pass."""
    parts = (Part(("source",)), Part(("traffic_source",)), Part(("channel",)), Part(("referrer",)), Part(_CAMPAIGN))
    cut = Cut(Order("unique_sessions"), params.limit)
    question = Question(read_scope(context, params), _SOURCES, parts, cut)
    sources, traffic, channels, referrers, campaigns = (answer.groups for answer in ask(context, question))
    return {
        "channels": _channels(sources),
        "traffic": [{"source": group.key[0] or None, **_sessions(group)} for group in traffic],
        "traffic_channels": [{"channel": group.key[0] or None, **_sessions(group)} for group in channels],
        "referrers": [{"referrer_domain": group.key[0], **_events(group)} for group in referrers],
        "campaigns": [
            {**{name: text or None for name, text in zip(_CAMPAIGN, group.key, strict=True)}, **_sessions(group)}
            for group in campaigns
        ],
        "meta": {"limit": params.limit, "period": question.scope.period.label(), "visitors_are": "daily"},
    }


def _breakdown(params: BreakdownParams, question: Question, answer: PartAnswer) -> dict[str, object]:
    meta = {"total": answer.total, "limit": params.limit, "offset": params.offset}
    return {
        "data": [{"value": group.key[0] or None, **group.metrics} for group in answer.groups],
        "meta": {**meta, "period": question.scope.period.label(), "visitors_are": "daily"},
    }


def _channels(groups: list[Group]) -> list[dict[str, object]]:
    """`share` is the percentage of all events."""
    counts = [(_count(group, "total_events"), group) for group in groups]
    whole = sum(count for count, _ in counts)
    return [
        {"source": group.key[0] or None, **_events(group), "share": round(100 * count / whole, 2)}
        for count, group in sorted(counts, key=lambda pair: (-pair[0], pair[1].key))
    ]


def _events(group: Group) -> dict[str, object]:
    return {
        "events": group.metrics["total_events"],
        "conversions": group.metrics["conversions"],
        "unique_sessions": group.metrics["unique_sessions"],
    }


def _sessions(group: Group) -> dict[str, object]:
    return {
        "sessions": group.metrics["unique_sessions"],
        "pageviews": group.metrics["pageviews"],
        "conversions": group.metrics["conversions"],
    }


def _count(group: Group, name: str) -> int:
    value = group.metrics[name]
    assert isinstance(value, int)
    return value
