"""The read `deliveries`: the log of what platforms sent to webhooks, refused deliveries included. Nothing of a body is in it."""

from datetime import timedelta
from pathlib import Path
from string import Template

from metrone.reports.binds import Binds
from metrone.reports.buckets import epoch_ms
from metrone.reports.context import Context
from metrone.reports.interactions import present_delivery
from metrone.reports.params import DeliveriesParams

KEPT = timedelta(days=30)
_SQL = Template((Path(__file__).parent / "sql" / "deliveries.sql").read_text())


def read_deliveries(context: Context, params: DeliveriesParams) -> dict[str, object]:
    """`{data: [delivery, newest first], meta: {limit, count}}`, of the last 30 days."""
    binds = Binds(context.project_no)
    since = binds.add(epoch_ms(context.now - KEPT), "Int64")
    conditions = ["project_no = {project_no:UInt32}", f"delivered_at >= fromUnixTimestamp64Milli({since}, 'UTC')"]
    asked = {name: getattr(params, name) for name in ("platform", "endpoint", "result")}
    conditions += [f"{name} = {binds.add(value, 'String')}" for name, value in asked.items() if value]
    if params.test != "include":
        conditions.append(f"is_test = {int(params.test == 'only')}")
    sql = _SQL.substitute(filters=" and ".join(conditions))
    rows = context.store.query(sql, {**binds.params, "limit": params.limit}).dicts()
    return {"data": [present_delivery(row) for row in rows], "meta": {"limit": params.limit, "count": len(rows)}}
