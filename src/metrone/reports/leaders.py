"""Breakdowns by visitors, cheaply and exactly: count events by value first, then visitors of the values that may lead.

Counting distinct visitors is what takes the time of a breakdown: one hash table for each value of each dimension. Here
each visitor is put into one table with a bit for every value that it was seen under; and where there are too many values
for that, only those are looked at that can be among the rows shown.
"""

from dataclasses import replace

from metrone.reports.answers import Group, PartAnswer, ask
from metrone.reports.binds import Binds
from metrone.reports.context import Context
from metrone.reports.dimensions import PROPERTY, find_dimension
from metrone.reports.filters import Filter
from metrone.reports.plan import choose_sources, is_direct
from metrone.reports.question import Cut, Order, Part, Question
from metrone.reports.scope import where

BITS = 64  # of a UInt64
CANDIDATES = BITS - 1  # values of a dimension that are looked at, and one left over
_VISITORS = "unique_visitors"
_EVENTS = "total_events"
_COUNTS = frozenset({_EVENTS, "pageviews", "conversions"})
_SHOWN_MAX = 40  # with more rows to show, too few candidates are left over to be sure of them


def ask_by_visitors(context: Context, question: Question) -> list[PartAnswer]:
    """What `ask` answers, by a cheaper way where there is one. Raises QueryFailed, StoreUnavailable."""
    if not _is_apt(question):
        return ask(context, question)
    names = tuple(dict.fromkeys([*(name for name in question.metrics if name != _VISITORS), _EVENTS]))
    counted = ask(context, replace(question, metrics=names, cut=Cut(Order(_EVENTS), CANDIDATES + 1)))
    few = {number: _texts(found) for number, found in enumerate(counted) if len(found.groups) <= CANDIDATES}
    visitors = _count_visitors(context, question, few)
    return [
        _led(question, found, visitors[number]) if number in few else _ask_leaders(context, question, part, found)
        for number, (part, found) in enumerate(zip(question.parts, counted, strict=True))
    ]


def _is_apt(question: Question) -> bool:
    sources = choose_sources(question)
    return (
        question.cut is not None
        and question.cut.order == Order(_VISITORS)
        and question.cut.limit + question.cut.offset <= _SHOWN_MAX
        and set(question.metrics) <= _COUNTS | {_VISITORS}
        and not question.extra
        and all(len(part.dimensions) == 1 for part in question.parts)
        and len(sources) == 1
        and is_direct(question)
        # One dimension of the small table is read faster than twice.
        and (len(question.parts) > 1 or sources[0].table == "events")
    )


def _texts(counted: PartAnswer) -> list[str]:
    return [group.key[0] for group in counted.groups[:CANDIDATES]]


def _count_visitors(context: Context, question: Question, few: dict[int, list[str]]) -> dict[int, dict[str, int]]:
    """The distinct visitors of every value of the parts of these numbers, in one pass."""
    binds = Binds(question.scope.project_no)
    table = choose_sources(question)[0].table
    conditions = where(question.scope, table, binds)
    words: list[list[str]] = []  # of each word, the masks that share its bits
    counts, used = ["1"], BITS
    for number, texts in few.items():
        if used + len(texts) > BITS:
            words.append([])
            used = 0
        known, bits = binds.add(texts, "Array(String)"), [1 << used + bit for bit in range(len(texts))]
        column = _column(question.parts[number], binds)
        if texts:
            words[-1].append(f"transform({column}, {known}, cast({bits}, 'Array(UInt64)'), toUInt64(0))")
        counts += [f"countIf(bitTest(w{len(words) - 1}, {used + bit}))" for bit in range(len(texts))]
        used += len(texts)
    if len(counts) == 1:
        return {number: {} for number in few}
    bits_seen = "".join(f", groupBitOr({' + '.join(word)}) as w{place}" for place, word in enumerate(words))
    seen = f"select visitor_key{bits_seen} from {table} where {conditions} group by visitor_key"  # noqa: S608
    row = context.store.query(f"select {', '.join(counts)} from ({seen})", binds.params).data[0]  # noqa: S608
    numbers = iter(row[1:])
    return {number: {text: int(str(next(numbers))) for text in texts} for number, texts in few.items()}


def _column(part: Part, binds: Binds) -> str:
    name = part.dimensions[0]
    key = binds.add(name.removeprefix(PROPERTY), "String") if name.startswith(PROPERTY) else ""
    return find_dimension(name, key).sql


def _led(question: Question, counted: PartAnswer, visitors: dict[str, int]) -> PartAnswer:
    assert question.cut is not None
    groups = [Group(group.key, {**group.metrics, _VISITORS: visitors[group.key[0]]}, {}) for group in counted.groups]
    groups.sort(key=lambda group: (-visitors[group.key[0]], group.key))
    shown = groups[question.cut.offset : question.cut.offset + question.cut.limit]
    own = [replace(group, metrics={name: group.metrics[name] for name in question.metrics}) for group in shown]
    return PartAnswer(own, counted.total if own else 0)


def _ask_leaders(context: Context, question: Question, part: Part, counted: PartAnswer) -> PartAnswer:
    """The rows that are shown of a dimension with many values, by the candidates alone if that is enough.

    A value has at most as many visitors as events. So once the last row has more visitors than any value outside of the
    candidates has events, no such value can be shown. In the roll-up a visitor has too many events for that to hold often.
    """
    alone = replace(question, parts=(part,))
    if choose_sources(question)[0].table == "events":
        candidates = Filter("is", part.dimensions[0], tuple(_texts(counted)))
        scope = replace(question.scope, filters=(*question.scope.filters, candidates))
        found = ask(context, replace(alone, scope=scope))[0]
        if found.groups and _size(found.groups[-1], _VISITORS) > _size(counted.groups[CANDIDATES], _EVENTS):
            return replace(found, total=counted.total)
    return ask(context, alone)[0]


def _size(group: Group, name: str) -> int:
    value = group.metrics[name]
    assert isinstance(value, int)
    return value
