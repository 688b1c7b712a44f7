"""The routes of the API's own description: /v1/openapi.json for programs, /docs/api for people."""

import re
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.response import Response

from metrone.config import Config
from metrone.web.openapi import build_document
from metrone.web.pages import PAGE_HEADERS
from metrone.web.reference import render_page

_STYLE = Path(__file__).parent / "reference.css"
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def docs_handlers(config: Config) -> list[HTTPRouteHandler]:
    """The routes, for a server with these settings."""
    document = build_document()
    encoded = msgspec.json.encode(document)
    style = _STYLE.read_bytes()

    @get("/v1/openapi.json")
    async def read_openapi() -> Response[bytes]:
        return Response(encoded, media_type="application/json", headers={"Cache-Control": "no-cache"})

    @get("/docs/api")
    async def read_reference(request: Request[Any, Any, State]) -> Response[bytes]:
        page = render_page(document, _origin(config, request)).encode()
        return Response(page, media_type="text/html", headers=PAGE_HEADERS)

    @get("/docs/api.css")
    async def read_style() -> Response[bytes]:
        return Response(style, media_type="text/css", headers=_AN_HOUR)

    return [read_openapi, read_reference, read_style]


def _origin(config: Config, request: Request[Any, Any, State]) -> str:
    """The address for the examples: the public one where it is set, else the one that the reader used."""
    host = request.headers.get("host", "")
    if config.public_url or not _HOST.fullmatch(host):
        return config.origin
    return f"{request.scope['scheme']}://{host}"
