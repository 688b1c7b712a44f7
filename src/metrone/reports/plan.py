"""From a Question to one SQL text: which tables answer it, how their rows become one, in which order. Runs nothing.

Counts come from `hourly` where that is exact (only its columns, cut at whole UTC hours: a quarter of the rows), else from
`events`; what only a whole session can say comes from `sessions` (scope.rows_of), those that started in the period; what is
said of AI interactions from `interactions`, those that began in it.
"""

from dataclasses import dataclass
from itertools import chain

from metrone.reports.binds import Binds
from metrone.reports.buckets import cut, epoch_ms, is_whole_hours
from metrone.reports.dimensions import PROPERTY, PROPERTY_KEY, Table, find_dimension
from metrone.reports.goals import DIMENSION, conversion_sql, names_sql
from metrone.reports.measures import CONVERSION, MEASURES
from metrone.reports.metrics import METRICS
from metrone.reports.question import Cut, Question
from metrone.reports.scope import TIME, Scope, elsewhere_of, has_dimension, rows_of, started_earlier, where
from metrone.store.base import Param


@dataclass(frozen=True, slots=True)
class Planned:
    """A query as Store.query takes it. Columns: part, key (list of text), a column a metric, total (with a cut)."""

    sql: str
    params: dict[str, Param]


@dataclass(frozen=True, slots=True)
class Source:
    """One table and the measures that it gives; `page_sql` is what a page is in `sessions`."""

    table: Table
    measures: tuple[str, ...]
    page_sql: str = ""


def plan(question: Question) -> Planned:
    """The query that answers the question. Raises INVALID_PAYLOAD (too many buckets, text that is not Unicode)."""
    binds = Binds(question.scope.project_no)
    sources = choose_sources(question)
    selects = [_select(question, source, binds) for source in sources]
    inner = selects[0] if len(selects) == 1 else _merged(question, selects)
    formulas = "".join(f",\n    {METRICS[name].formula} as {name}" for name in question.shown())
    extra = "".join(f",\n    {name} as {name}_" for name in question.extra)
    total = ",\n    count() over (partition by part) as total" if question.cut else ""
    sql = f"select part, key{formulas}{extra}{total}\nfrom (\n{inner}\n) as m\n{_missing(question)}{_ending(question, binds)}"
    return Planned(sql, binds.params)


def choose_sources(question: Question) -> list[Source]:
    """Which tables give which measures of the question; together each measure once."""
    calls = [name for name in question.measures() if MEASURES[name].interactions]
    counts = [name for name in question.measures() if MEASURES[name].sessions is None and name not in calls]
    rolled = [name for name in counts if _is_rolled(question, name)] if is_hourly_exact(question) else []
    single = [name for name in counts if name not in rolled]
    sources = [
        Source("hourly", tuple(rolled)),
        Source("events", tuple(single)),
        *_session_sources(question),
        Source("interactions", tuple(calls)),
    ]
    return [source for source in sources if source.measures]


def _is_rolled(question: Question, name: str) -> bool:
    """Whether the roll-up counts the measure: of goals it knows nothing."""
    measure = MEASURES[name]
    return measure.hourly is not None and not (question.scope.goals and measure.is_of_conversions)


def is_hourly_exact(question: Question) -> bool:
    """Whether the roll-up by UTC hour answers as the events would."""
    period = question.scope.period
    starts = [cut(period, part.interval, question.scope.week_start) for part in question.parts if part.interval]
    if any(epoch_ms(moment) % 3_600_000 for moment in (period.start, period.end)):
        return False
    names = [asked.dimension for asked in question.scope.filters]
    names += chain.from_iterable(part.dimensions for part in question.parts)
    # What neither table has (entry and exit page) comes from `sessions` for both.
    return all(map(is_whole_hours, starts)) and all(
        has_dimension(name, "hourly") or not has_dimension(name, "events") for name in names
    )


def is_direct(question: Question) -> bool:
    """Whether every table of the question itself holds every dimension, so that several parts can share one pass.

    Never by goal or key: an event that has two has two rows there, and one in every other part.
    """
    return all(
        has_dimension(name, source.table) and name not in (DIMENSION, PROPERTY_KEY)
        for source in choose_sources(question)
        for part in question.parts
        for name in part.dimensions
    )


def _session_sources(question: Question) -> list[Source]:
    names = tuple(name for name in question.measures() if MEASURES[name].sessions is not None)
    if not any("page" in part.dimensions for part in question.parts):
        return [Source("sessions", names)]
    # Of a page's sessions, its own are those that entered on it; only exits belong to the page they left from.
    entered = tuple(name for name in names if name != "exit_count")
    return [
        Source("sessions", entered, find_dimension("entry_page").sql),
        Source("sessions", tuple(name for name in names if name == "exit_count"), find_dimension("exit_page").sql),
    ]


def _select(question: Question, source: Source, binds: Binds) -> str:
    columns = _columns(question, source, binds)
    names = list(dict.fromkeys(chain.from_iterable(columns)))
    aliases = {sql: f"c{index}" for index, sql in enumerate(names)}
    sets = [[aliases[sql] for sql in part] for part in columns]
    head = ", ".join(f"{sql} as {alias}" for sql, alias in aliases.items())
    measures = "".join(f", {_measure(source, name)} as {name}" for name in question.measures())
    lines = [
        f"with {head}" if head else "",
        f"select {_key(sets, list(aliases.values()))}{measures}",
        f"from {rows_of(question.scope, source.table, binds)}{_join(question, source, binds)}",
        f"where {_where(question, source, list(aliases), binds)}",
        _group_by(sets),
    ]
    sql = "\n".join(filter(None, lines))
    # What the measures call a conversion is what the project's goals say. No value of a caller's stands in the text.
    return sql.replace(CONVERSION, conversion_sql(question.scope.goals, binds)) if CONVERSION in sql else sql


def _columns(question: Question, source: Source, binds: Binds) -> list[list[str]]:
    """For each part the SQL of its key columns on the table."""
    result = []
    for part in question.parts:
        if part.interval:
            starts = binds.add(cut(question.scope.period, part.interval, question.scope.week_start), "Array(UInt32)")
            result.append([f"toString(roundDown(toUnixTimestamp({TIME[source.table]}), {starts}))"])
        else:
            result.append([_dimension_sql(name, question, source, binds) for name in part.dimensions])
    return result


def _dimension_sql(name: str, question: Question, source: Source, binds: Binds) -> str:
    if name == "page" and source.page_sql:
        return source.page_sql
    if not has_dimension(name, source.table):
        return "joined_value"
    return _own_sql(name, question.scope, binds)


def _own_sql(name: str, scope: Scope, binds: Binds) -> str:
    if name == DIMENSION:
        return names_sql(scope.goals, binds)
    key = binds.add(name.removeprefix(PROPERTY), "String") if name.startswith(PROPERTY) else ""
    return find_dimension(name, key).sql


def _join(question: Question, source: Source, binds: Binds) -> str:
    """Joins the sessions' values of a dimension that the table has not: each session counts once under each value."""
    names = [name for part in question.parts for name in part.dimensions]
    missing = [
        name for name in names if not has_dimension(name, source.table) and not (name == "page" and source.page_sql)
    ]
    if not missing:
        return ""
    other = elsewhere_of(missing[0])
    scope = started_earlier(question.scope) if other == "sessions" else question.scope
    value = f"toString({_own_sql(missing[0], question.scope, binds)}) as joined_value"
    conditions = where(scope, other, binds)
    inner = f"select distinct session_key, {value} from {rows_of(scope, other, binds)} where {conditions}"  # noqa: S608
    return f" inner join ({inner}) as joined using (session_key)"


def _where(question: Question, source: Source, columns: list[str], binds: Binds) -> str:
    conditions = [where(question.scope, source.table, binds, source.page_sql)]
    only = [MEASURES[name].only for name in source.measures]
    if source.table == "events" and all(only) and _may_narrow(question):
        conditions.append("(" + " or ".join(dict.fromkeys(filter(None, only))) + ")")
    if len(question.parts) == 1 and not question.parts[0].keeps_missing():
        conditions.append("(" + " or ".join(f"{sql} != ''" for sql in columns) + ")")
    return " and ".join(conditions)


def _may_narrow(question: Question) -> bool:
    # A value has a row as soon as it has an event: with dimensions, something else must bring the rows of zeros.
    tables = {source.table for source in choose_sources(question)}
    return "hourly" in tables or not any(part.dimensions for part in question.parts)


def _measure(source: Source, name: str) -> str:
    measure = MEASURES[name]
    if name not in source.measures:
        return measure.zero
    aggregate: str | None = getattr(measure, source.table)
    assert aggregate is not None
    return aggregate


def _key(sets: list[list[str]], aliases: list[str]) -> str:
    arrays = [
        f"[{', '.join(f'toString({alias})' for alias in part)}]" if part else "emptyArrayString()" for part in sets
    ]
    if len(sets) == 1:
        return f"0 as part, {arrays[0]} as key"
    # grouping() has a bit for each column, the first the highest, set where the row is not grouped by it.
    masks = [sum(1 << bit for bit, alias in enumerate(reversed(aliases)) if alias not in part) for part in sets]
    grouping = f"grouping({', '.join(aliases)})"
    part_no = f"transform({grouping}, {masks}, {list(range(len(sets)))}, 255)"
    cases = ", ".join(f"{grouping} = {mask}, {array}" for mask, array in zip(masks, arrays, strict=True))
    return f"{part_no} as part, multiIf({cases}, emptyArrayString()) as key"


def _group_by(sets: list[list[str]]) -> str:
    if len(sets) > 1:
        return "group by grouping sets (" + ", ".join(f"({', '.join(part)})" for part in sets) + ")"
    return f"group by {', '.join(sets[0])}" if sets[0] else ""


def _merged(question: Question, selects: list[str]) -> str:
    merged = "".join(f", {MEASURES[name].merge}(u.{name}) as {name}" for name in question.measures())
    return f"select part, key{merged}\nfrom (\n" + "\nunion all\n".join(selects) + "\n) as u\ngroup by part, key"


def _missing(question: Question) -> str:
    dropped = [index for index, part in enumerate(question.parts) if not part.keeps_missing()]
    if not dropped or len(question.parts) == 1:
        return ""
    parts = ", ".join(map(str, dropped))
    return f"where part not in ({parts}) or arrayExists(text -> text != '', key)\n"


def _ending(question: Question, binds: Binds) -> str:
    if question.cut is None:
        return "order by part, key"
    limit, offset = (binds.add(number, "UInt32") for number in (question.cut.limit, question.cut.offset))
    return f"order by part, {_order(question.cut)}key\nlimit {limit} offset {offset} by part"


def _order(wanted: Cut) -> str:
    by, direction = wanted.order.by, "desc" if wanted.order.is_descending else "asc"
    if by == "value":
        return f"key {direction}, "
    # Amounts of different currencies are never added: the largest of them decides.
    sql = f"arrayMax(mapValues({by}))" if METRICS[by].unit == "currency" else by
    return f"{sql} {direction}, "
