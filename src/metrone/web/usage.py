"""How much a project uses, over HTTP: this month's events as the quota counts them, and on which days they came."""

import asyncio
from datetime import UTC, datetime

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from metrone.reports.usage import read_days
from metrone.web.attempts import Asking
from metrone.web.projects import take_project
from metrone.web.signedin import NO_STORE


@get("/app/projects/{project_id:str}/usage")
async def read_usage(request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
    """`accepted` is the number that the quota refuses by (0: there is none); `days` count what is stored, by arrival in UTC."""
    place = await take_project(request, project_id, "read", is_change=False)
    state, project, now = request.app.state, place.project, place.accounts.now
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    days = await asyncio.to_thread(read_days, state.answers.context(project), first)
    shown = {
        "month": f"{first:%Y-%m}",
        "accepted": state.vitals.spool.accepted(project.project_no, f"{first:%Y-%m}"),
        "quota": project.quota(place.accounts.config.monthly_quota),
        "ends_at": _next_month(first),
        "days": days,
    }
    return Response(shown, headers=NO_STORE)


def _next_month(first: datetime) -> datetime:
    year, month = divmod(first.year * 12 + first.month, 12)
    return first.replace(year=year, month=month + 1)
