"""The integrations of a project over HTTP: where each platform sends to, its signing secrets, and a test of the way in.

A secret comes in and never goes out; of one that is set, its day and the last letters are shown.
"""

import asyncio

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.labels import check_endpoint
from metrone.control.signing import NewSecret, SecretRecord, add_secret, list_secrets, remove_secret
from metrone.errors import MetroneError
from metrone.intake.deliveries import OTLP, SOURCES, Source
from metrone.web.attempts import Asking
from metrone.web.projects import take_project
from metrone.web.signedin import NO_STORE, read_json
from metrone.web.webhooks import MAIN, PREFIX, TRACES_PATHS, Entered, Webhooks
from metrone.webhooks.proofs import PROOFS

PATH = "/app/projects/{project_id:str}/integrations"
_OTLP_PASTED_INTO = "The exporter of your application: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, with the key as a header."
_ALL = {**SOURCES, OTLP.name: OTLP}


class SecretGiven(msgspec.Struct):
    """The body of a new secret. `endpoint` '' is every endpoint without one of its own; `is_only`: the others go."""

    text: str
    endpoint: str = ""
    is_only: bool = False


class Trial(msgspec.Struct):
    """The body of a test: to which endpoint."""

    endpoint: str = MAIN


class IntegrationController(Controller):
    """The platforms of a project."""

    path = PATH

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """Every platform with its secrets. `origin` is '' where no public address is set: the reader's own will do."""
        place = await take_project(request, project_id, "read", is_change=False)
        found = await asyncio.to_thread(list_secrets, place.accounts.db, project_id)
        platforms = [_show(source, [each for each in found if each.platform == name]) for name, source in _ALL.items()]
        shown = {"origin": place.accounts.config.public_url.rstrip("/"), "cname": place.project.cname}
        return Response({**shown, "platforms": platforms}, headers=NO_STORE)

    @post("/{platform:str}/secrets", status_code=201)
    async def set_secret(
        self, request: Asking, project_id: FromPath[str], platform: FromPath[str]
    ) -> Response[dict[str, object]]:
        """Add a secret, or replace those that the endpoint has."""
        place = await take_project(request, project_id, "edit", is_change=True)
        adapter = _need(platform).adapter
        if adapter is None:
            raise MetroneError("NOT_FOUND", "OpenTelemetry signs nothing; the key alone says who sends.")
        given = await read_json(request, SecretGiven)
        text = given.text.strip()
        if problem := adapter.check_secret(text):
            message = f"{problem} {adapter.title} signs with {adapter.signed_with}."
            raise MetroneError("INVALID_PAYLOAD", message, details={"field": "text"})
        new = NewSecret(project_id, platform, text, given.endpoint.strip(), given.is_only)
        made = await asyncio.to_thread(add_secret, place.accounts.db, new, place.user.actor)
        await place.publish()
        return Response(_show_secret(made), headers=NO_STORE)

    @delete("/{platform:str}/secrets/{secret_id:str}", status_code=204)
    async def remove_secret(
        self, request: Asking, project_id: FromPath[str], platform: FromPath[str], secret_id: FromPath[str]
    ) -> None:
        """Remove a secret. After the last one the endpoint takes unsigned deliveries again."""
        place = await take_project(request, project_id, "edit", is_change=True)
        _need(platform)
        await asyncio.to_thread(remove_secret, place.accounts.db, project_id, secret_id, place.user.actor)
        await place.publish()

    @post("/{platform:str}/test", status_code=200)
    async def test(
        self, request: Asking, project_id: FromPath[str], platform: FromPath[str]
    ) -> Response[dict[str, object]]:
        """Send an example through the very way that the platform's deliveries go, and say what became of it."""
        place = await take_project(request, project_id, "edit", is_change=True)
        source = _need(platform)
        endpoint = check_endpoint((await read_json(request, Trial)).endpoint.strip() or MAIN)
        webhooks: Webhooks = request.app.state.webhooks
        entered = await webhooks.try_out(place.project, source, endpoint)
        return Response(_show_trial(entered, source), headers=NO_STORE)


def _need(platform: str) -> Source:
    source = _ALL.get(platform)
    if source is None:
        raise MetroneError("NOT_FOUND", f"There is no such platform. Platforms are {', '.join(_ALL)}.")
    return source


def _show(source: Source, secrets: list[SecretRecord]) -> dict[str, object]:
    adapter = source.adapter
    return {
        "name": source.name,
        "title": adapter.title if adapter else "OpenTelemetry",
        "path": f"{PREFIX}{source.name}/" if adapter else TRACES_PATHS[0],
        "page": f"docs/webhooks/{source.name if adapter else 'opentelemetry'}.md",
        "pasted_into": adapter.pasted_into if adapter else _OTLP_PASTED_INTO,
        "signed_with": adapter.signed_with if adapter else None,
        "can_prove": source.name in PROOFS,
        "secrets": [_show_secret(each) for each in secrets],
    }


def _show_secret(each: SecretRecord) -> dict[str, object]:
    fields = ("id", "endpoint", "hint", "created_at", "trouble")
    return {field: getattr(each, field) for field in fields}


def _show_trial(entered: Entered, source: Source) -> dict[str, object]:
    """`status` is what the platform would have heard; `note` says what a test cannot show."""
    row, note = entered.row, ""
    if row.state == "missing" and source.name not in PROOFS:
        title = source.adapter.title if source.adapter else source.name
        note = f"Only {title} can sign for {title}, so this test went unsigned and had to be refused. Send a test from there."
    status = entered.error.status if entered.error else entered.answer.status
    return {
        "status": status,
        "state": row.state,
        "result": row.result,
        "event": row.event or None,
        "reason": row.reason or None,
        "note": note or None,
    }
