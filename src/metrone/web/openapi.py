"""The OpenAPI 3.1 document, made from the code: OPERATIONS, the structs of events, parameters and answers, the errors."""

import shlex
from functools import cache

import msgspec

from metrone import __version__
from metrone.errors import ERRORS, Code
from metrone.web.operations import OPERATIONS, Failure, Operation
from metrone.web.schemas import SCHEMAS, Json, build_schemas, parameters_of

_ABOUT = """Events in, numbers out. Everything is JSON in UTF-8; times are ISO 8601.

A key goes into `X-Api-Key`, into `Authorization: Bearer` or into `?api_key=`; writes also take it as `api_key` in the
event. Keys have scopes: `write`, `read`, and `admin`, which includes both. Events of a test key (`metrone_test_…`) are
kept apart: reads leave them out unless you ask with `test=`.

Every answer has an `X-Request-Id`: yours, if you sent one of at most 128 visible ASCII characters. A write with an
`Idempotency-Key` that was seen within 24 hours gets `409 DUPLICATE_EVENT` and writes nothing. Where a limit applies,
`X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` (epoch seconds) say what is left. Bodies have at most
512 KB; those of writes may be compressed (`Content-Encoding: gzip`). Send again after 429, 5xx or no answer, not before
`Retry-After`; any other 4xx will be refused again."""
_GROUPS = {
    "Write": "Send events. `202` means that they are on disk.",
    "Read": "Ask for numbers. What each of them means: docs/metrics.md.",
    "System": "The server itself.",
}
_SECURITY: Json = {
    "ApiKeyHeader": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "Recommended."},
    "Bearer": {"type": "http", "scheme": "bearer", "description": "The API key as a bearer token."},
    "ApiKeyQuery": {
        "type": "apiKey",
        "in": "query",
        "name": "api_key",
        "description": "For EventSource and sendBeacon, which set no headers.",
    },
    "Browser": {
        "type": "apiKey",
        "in": "cookie",
        "name": "metrone_session",
        "description": "A signed-in browser; names its project in X-Metrone-Project, and a POST has X-CSRF-Token.",
    },
}
_KEYS: list[Json] = [{"ApiKeyHeader": []}, {"Bearer": []}, {"ApiKeyQuery": []}]


@cache
def build_document() -> Json:
    """The document. Treat it as read-only: it is built once."""
    paths: Json = {}
    responses: Json = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
        responses |= dict(_problem(*group) for group in _by_status(operation.failures))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Metrone API", "version": __version__, "summary": "Analytics for humans and AI agents.",
                 "description": _ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": "/", "description": "This server, or a domain of yours that leads to it."}],
        "tags": [{"name": name, "description": text} for name, text in _GROUPS.items()],
        "paths": paths,
        "components": {"schemas": build_schemas(), "responses": responses, "securitySchemes": _SECURITY},
        "x-metrone-errors": [
            {"code": code, "status": kind.status, "meaning": kind.sentence} for code, kind in ERRORS.items()
        ],
    }  # fmt: skip


def _operation(operation: Operation) -> Json:
    shown: Json = {
        "operationId": operation.name,
        "tags": [operation.group],
        "summary": operation.title,
        "description": operation.text,
        "x-metrone-scope": operation.scope or "none",
        "security": _security(operation),
        "parameters": _parameters(operation),
        "responses": {str(operation.status): _success(operation), **_problems(operation.failures)},
        "x-codeSamples": [{"lang": "Shell", "source": _curl(operation)}],
    }
    if operation.body:
        shown["requestBody"] = _body(operation)
    return shown


def _security(operation: Operation) -> list[Json]:
    if operation.scope == "write":
        return [*_KEYS, {}]  # the key may stand in the event
    if operation.scope == "read":
        return [*_KEYS, {"Browser": []}]
    return _KEYS if operation.scope else [{}, *_KEYS] if operation.name == "health" else []


def _parameters(operation: Operation) -> list[Json]:
    found = [_header("X-Request-Id", "Your own id of the request; it comes back.")]
    if operation.scope == "write":
        found.append(_header("Idempotency-Key", "Seen within 24 hours, the request is refused.", maxLength=255))
    if operation.scope == "read":
        found.append(_header("X-Metrone-Project", "For a signed-in browser: which project. Keys have one."))
    if operation.name == "stream":
        found.append(_header("Last-Event-ID", "The id of the last event you have."))
        found.append({"name": "last_event_id", "in": "query", "description": "The same, where no header can be set.",
                      "schema": {"type": "string"}})  # fmt: skip
    if operation.params is not None:
        found += parameters_of(operation.params, operation.places)
    return found


def _header(name: str, text: str, **bounds: int) -> Json:
    return {"name": name, "in": "header", "description": text, "schema": {"type": "string", **bounds}}


def _body(operation: Operation) -> Json:
    refs = {
        "event": [{"$ref": SCHEMAS + "IncomingEvent"}, {"$ref": SCHEMAS + "Batch"}],
        "batch": [{"$ref": SCHEMAS + "Batch"}],
        "queries": [{"$ref": SCHEMAS + "Queries"}],
    }[operation.body]
    schema = {"anyOf": refs} if len(refs) > 1 else refs[0]
    content: Json = {"application/json": {"schema": schema, "example": operation.sample}}
    if operation.scope == "write":
        content["text/plain"] = {
            "schema": {"type": "string", "contentMediaType": "application/json", "contentSchema": schema},
            "example": msgspec.json.encode(operation.sample).decode(),
        }
    return {"required": True, "content": content}


def _success(operation: Operation) -> Json:
    headers = _headers()
    if operation.scope in ("write", "read") and operation.name != "stream":
        headers |= {
            f"X-RateLimit-{name}": {"description": text, "schema": {"type": "integer"}}
            for name, text in (
                ("Limit", "Requests a minute."),
                ("Remaining", "What is left of them."),
                ("Reset", "When it starts anew, in epoch seconds."),
            )
        }
    schema: Json = {"type": "string"}
    if operation.answer is not None:
        schema = {"$ref": SCHEMAS + operation.answer.__name__}
    elif operation.media == "application/json":
        schema = {"type": "object"}
    elif operation.media == "text/event-stream":
        schema = _message()
    return {"description": operation.title, "headers": headers, "content": {operation.media: {"schema": schema}}}


def _message() -> Json:
    """One message of an event stream, as clients see it."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": SCHEMAS + "EventRow"}}
    return {"type": "object", "properties": {"id": {"type": "string"}, "data": data}, "required": ["id", "data"]}


def _headers() -> Json:
    text = "The id of the request, yours or ours."
    return {"X-Request-Id": {"description": text, "required": True, "schema": {"type": "string", "minLength": 1}}}


def _problems(failures: tuple[Failure, ...]) -> Json:
    return {
        str(status): {"$ref": f"#/components/responses/{_problem_name(status, codes)}"}
        for status, codes in _by_status(failures)
    }


def _by_status(failures: tuple[Failure, ...]) -> list[tuple[int, list[Code]]]:
    grouped: dict[int, list[Code]] = {}
    for status, code in failures:
        grouped.setdefault(status, []).append(code)
    return sorted(grouped.items())


def _problem_name(status: int, codes: list[Code]) -> str:
    return ".".join([str(status), *codes])


def _problem(status: int, codes: list[Code]) -> tuple[str, Json]:
    """The name and form of an answer that is one of these errors; 429 and 503 say when to come again."""
    can_wait = status in (429, 503)
    headers = _headers()
    narrow: Json = {"properties": {"error": {"properties": {"code": {"enum": codes}, "status": {"const": status}}}}}
    if can_wait:
        narrow["required"] = ["retry_after_ms"]
        headers["Retry-After"] = {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}
    detail = {"code": codes[0], "message": ERRORS[codes[0]].sentence, "status": status, "request_id": "req_5f3a9c01_2a"}
    example: Json = {"error": detail, **({"retry_after_ms": 5000} if can_wait else {})}
    return _problem_name(status, codes), {
        "description": "  \n".join(f"`{code}`: {ERRORS[code].sentence}" for code in codes),
        "headers": headers,
        "content": {
            "application/json": {"schema": {"allOf": [{"$ref": SCHEMAS + "Problem"}, narrow]}, "example": example}
        },
    }


def _curl(operation: Operation) -> str:
    """A command for a shell that has METRONE_URL and METRONE_KEY."""
    address = f"$METRONE_URL{operation.sample_path}"
    if operation.method == "get" and operation.sample:
        address += f"?{operation.sample}"
    parts = [f'curl {"-N " if operation.media == "text/event-stream" else ""}"{address}"']
    if operation.scope:
        parts.append('-H "X-Api-Key: $METRONE_KEY"')
    if operation.body:
        parts.append('-H "Content-Type: application/json"')
        parts.append("-d " + shlex.quote(msgspec.json.format(msgspec.json.encode(operation.sample)).decode()))
    return " \\\n  ".join(parts)
