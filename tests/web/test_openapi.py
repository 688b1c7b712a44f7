"""The API's description: a valid OpenAPI 3.1 document that names every route, and a page whose examples work."""

import html
import re
import shlex
from typing import Any

import httpx
import jsonschema_rs
import pytest

from metrone.control.snippets import SNIPPETS
from metrone.errors import ERRORS
from metrone.events.incoming import IncomingEvent
from metrone.web.ingest import PATHS
from metrone.web.openapi import build_document
from metrone.web.operations import OPERATIONS
from metrone.web.pages import PAGE_HEADERS
from metrone.web.reference import render_page
from metrone.web.stream import PATH as STREAM
from tests.contract import Keys
from tests.running import RunningServer, TestProject
from tests.web.visitors import new_interaction


@pytest.fixture(scope="module")
def keys(server: RunningServer) -> Keys:
    """The keys of a project."""
    return Keys.of(server, server.project())


@pytest.fixture(scope="module")
def page(server: RunningServer) -> httpx.Response:
    """The reference page as a browser gets it."""
    return server.client().get("/docs/api")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path (with its example's places) and description of every operation of the document."""
    paths = build_document()["paths"].items()
    return [
        (method, path.format_map(placed(operation)), operation)
        for path, methods in paths
        for method, operation in methods.items()
    ]


def placed(operation: dict[str, Any]) -> dict[str, str]:
    """What stands in the path of an operation's example."""
    return {spec["name"]: spec["example"] for spec in operation["parameters"] if spec["in"] == "path"}


def test_document_is_served_as_it_is_built(server: RunningServer) -> None:
    answer = server.client().get("/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == build_document()
    assert answer.json()["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere() -> None:
    document = build_document()
    references = set(re.findall(r"'\$ref': '#/([^']+)'", str(document)))
    assert references
    for reference in references:
        found: Any = document
        for part in reference.split("/"):
            found = found[part]


@pytest.mark.parametrize("name", sorted(build_document()["components"]["schemas"]))
def test_schema_is_valid_json_schema(name: str) -> None:
    document = build_document()
    jsonschema_rs.Draft202012Validator(
        {**document["components"]["schemas"][name], "components": document["components"]}
    )


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.body], ids=lambda operation: str(operation.name))
def test_sample_of_a_body_fits_its_schema(operation: Any) -> None:
    document = build_document()
    body = document["paths"][operation.path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    jsonschema_rs.Draft202012Validator({**body, "components": document["components"]}).validate(operation.sample)


def test_document_names_every_public_route(server: RunningServer) -> None:
    """Whatever else answers is the dashboard's own or another spelling of the same."""
    described = {path for _, path, _ in operations()}
    assert {path.rstrip("/") for path in PATHS} | {STREAM} <= described
    for method, path, _ in operations():
        answer = server.client().request(method.upper(), path)
        assert answer.status_code != 405, f"{method} {path}"
        if path != "/m.js":
            assert answer.status_code != 404, f"{method} {path}"


@pytest.mark.parametrize(("method", "path", "operation"), operations(), ids=lambda value: str(value)[:30])
def test_scope_in_the_document_is_the_one_that_is_asked_for(
    method: str, path: str, operation: dict[str, Any], server: RunningServer, keys: Keys
) -> None:
    bare = server.client().request(method.upper(), path)
    if operation["x-metrone-scope"] == "none":
        assert bare.status_code in (200, 404)
        return
    if method == "get":
        assert bare.json()["error"]["code"] == "MISSING_API_KEY"
    other = keys.read if operation["x-metrone-scope"] != "read" else keys.write
    refused = server.client(other).request(method.upper(), path)
    assert refused.json()["error"]["code"] == "FORBIDDEN"


def test_every_field_of_an_event_is_described() -> None:
    properties = build_document()["components"]["schemas"]["IncomingEvent"]["properties"]
    assert set(properties) == set(IncomingEvent.__struct_fields__)
    for name, schema in properties.items():
        texts = [schema.get("description"), *(kind.get("description") for kind in schema.get("anyOf", ()))]
        assert any(texts), name


def test_every_error_is_described_and_given_somewhere() -> None:
    document = build_document()
    assert [kind["code"] for kind in document["x-metrone-errors"]] == list(ERRORS)
    given = {code for operation in OPERATIONS for _, code in operation.failures}
    assert given == set(ERRORS)


def test_page_needs_nothing_but_itself(page: httpx.Response, server: RunningServer) -> None:
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == PAGE_HEADERS["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert re.findall(r'(?:src|href)="(?!#)([^"]+)"', page.text) == ["data:,", "/docs/api.css", "/v1/openapi.json"]
    style = server.client().get("/docs/api.css")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_every_anchor_of_the_page_exists_once(page: httpx.Response) -> None:
    names = re.findall(r' id="([^"]+)"', page.text)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= set(names)
    assert set(ERRORS) <= set(names)
    assert {operation.name for operation in OPERATIONS} <= set(names)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.name))
def test_example_of_the_page_works_when_copied(
    operation: Any, page: httpx.Response, server: RunningServer, admin: str, interaction: str
) -> None:
    command = _example(page.text, operation.name)
    setup = html.unescape(re.findall(r'<pre class="setup">(.*?)</pre>', page.text, re.S)[0])
    assert f"METRONE_URL={server.url}\n" in setup
    method, address, headers, body = _read_curl(command, {"METRONE_URL": server.url, "METRONE_KEY": admin})
    assert (method, address.partition("?")[0]) == (operation.method.upper(), f"{server.url}{operation.sample_path}")
    for place in operation.places.values():
        address = address.replace(place, interaction)
    with httpx.stream(method, address, headers=headers, content=body) as answer:
        is_unbuilt = operation.name == "tracker" and answer.status_code == 404
        assert is_unbuilt or answer.status_code == operation.status
        assert is_unbuilt or answer.headers["content-type"].startswith(operation.media)


@pytest.fixture(scope="module")
def project(server: RunningServer) -> TestProject:
    """The project that the examples are about."""
    return server.project()


@pytest.fixture(scope="module")
def admin(server: RunningServer, project: TestProject) -> str:
    """A key that may do everything."""
    return server.key(project, "admin")


@pytest.fixture(scope="module")
def interaction(server: RunningServer, project: TestProject) -> str:
    """The id of one, instead of that of the examples."""
    return new_interaction(server, project, "front-desk")


def test_parameters_of_every_path_are_described() -> None:
    for path, methods in build_document()["paths"].items():
        for method, operation in methods.items():
            assert set(placed(operation)) == set(re.findall(r"{(\w+)}", path)), (method, path)


def test_command_that_a_newcomer_pastes_works(server: RunningServer, keys: Keys) -> None:
    command = SNIPPETS["curl"].fill(server.url, keys.write)
    method, address, headers, body = _read_curl(command.replace("-X POST", ""), {})
    assert httpx.request(method, address, headers=headers, content=body).status_code == 202


@pytest.mark.parametrize("host", ["stats.example.com", "stats.example.com:8443", "[::1]:8000"])
def test_address_in_the_examples_is_the_one_that_was_used(host: str, server: RunningServer) -> None:
    text = server.client().get("/docs/api", headers={"Host": host}).text
    assert f"METRONE_URL=http://{host}\n" in text


@pytest.mark.parametrize("host", ["x$(touch /tmp/x)", '"><script>alert(1)</script>', "a b", "x;reboot"])
def test_address_that_is_none_never_reaches_the_page(host: str, server: RunningServer) -> None:
    answer = server.client().get("/docs/api", headers={"Host": host})
    assert answer.status_code == 400 or f"METRONE_URL={server.url}\n" in answer.text
    assert host not in html.unescape(answer.text)


def test_page_escapes_what_the_document_says() -> None:
    document = {**build_document(), "info": {**build_document()["info"], "title": "<script>x</script>"}}
    assert "<script>" not in render_page(document, "http://x")


def _example(page: str, name: str) -> str:
    article = page.split(f'<article id="{name}">', 1)[1].split("</article>", 1)[0]
    return html.unescape(re.findall(r'<pre class="try">(.*?)</pre>', article, re.S)[0])


def _read_curl(command: str, variables: dict[str, str]) -> tuple[str, str, dict[str, str], bytes]:
    """What a shell and curl would make of the command: method, address, headers, body."""
    for name, value in variables.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    headers: dict[str, str] = {}
    address, body = "", b""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0).encode()
        elif word != "-N":
            address = word
    return "POST" if body else "GET", address, headers, body
