"""The goals of a project over HTTP: shown, made, changed, deleted, and tried out before they are made."""

import asyncio

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.goals import change_goal, check_criteria, create_goal, delete_goal, list_goals
from metrone.events.goal import Criteria, Goal
from metrone.web.answers import Answers
from metrone.web.attempts import Asking
from metrone.web.projects import take_project
from metrone.web.read import JSON
from metrone.web.signedin import NO_STORE, read_json

PREVIEW_DAYS = 30
_PATH = "/{goal_id:str}"


class GoalGiven(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a goal."""

    name: str
    criteria: Criteria


class CriteriaGiven(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a trial."""

    criteria: Criteria


class GoalController(Controller):
    """What counts as a conversion of a project."""

    path = "/app/projects/{project_id:str}/goals"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """The goals, oldest first."""
        place = await take_project(request, project_id, "read", is_change=False)
        found = await asyncio.to_thread(list_goals, place.accounts.db, place.project.project_no)
        return Response({"goals": [show_goal(goal) for goal in found]}, headers=NO_STORE)

    @post("", status_code=201)
    async def create(self, request: Asking, project_id: FromPath[str]) -> dict[str, object]:
        """One more goal."""
        place = await take_project(request, project_id, "edit", is_change=True)
        given = await read_json(request, GoalGiven)
        made = await asyncio.to_thread(
            create_goal, place.accounts.db, place.project, given.name, given.criteria, place.who
        )
        await place.publish()
        return show_goal(made)

    @post("/preview", status_code=200)
    async def preview(self, request: Asking, project_id: FromPath[str]) -> Response[bytes]:
        """What the read `goals` would say of one with these criteria, of the last 30 days."""
        place = await take_project(request, project_id, "edit", is_change=True)
        criteria = check_criteria((await read_json(request, CriteriaGiven)).criteria)
        answers: Answers = request.app.state.answers
        tried = (Goal("", "preview", criteria),)
        body = await answers.one(place.project, "goals", {"days": PREVIEW_DAYS}, goals=tried)
        return Response(body, media_type=JSON, headers=NO_STORE)

    @put(_PATH, status_code=204)
    async def change(self, request: Asking, project_id: FromPath[str], goal_id: FromPath[str]) -> None:
        """Another name and other criteria."""
        place = await take_project(request, project_id, "edit", is_change=True)
        given = await read_json(request, GoalGiven)
        goal = Goal(goal_id, given.name, given.criteria)
        await asyncio.to_thread(change_goal, place.accounts.db, place.project, goal, place.who)
        await place.publish()

    @delete(_PATH, status_code=204)
    async def remove(self, request: Asking, project_id: FromPath[str], goal_id: FromPath[str]) -> None:
        """The goal is gone; its events stay."""
        place = await take_project(request, project_id, "edit", is_change=True)
        await asyncio.to_thread(delete_goal, place.accounts.db, place.project, goal_id, place.who)
        await place.publish()


def show_goal(goal: Goal) -> dict[str, object]:
    """A goal as JSON: criteria that are not asked for are left out."""
    shown: dict[str, object] = msgspec.to_builtins(goal)
    return shown
