"""The API reference as one HTML page, made from the OpenAPI document alone. No scripts, nothing from another host."""

import re
from html import escape

from metrone.web.schemas import SCHEMAS, Json

_CODE = re.compile(r"`([^`]+)`")
_LONGEST_PATTERN = 60
_SCOPES = {"none": "No key needed", "write": "Key with scope write", "read": "Key with scope read"}


def render_page(document: Json, origin: str) -> str:
    """The page; `origin` is the address of this server for the examples, without a slash at its end."""
    groups = [(tag, _of_group(document, tag["name"])) for tag in document["tags"]]
    title = escape(document["info"]["title"])
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">',
            f'<title>{title}</title>\n<link rel="stylesheet" href="/docs/api.css">\n</head>\n<body>',
            '<a class="skip" href="#main">Skip to content</a>',
            _navigation(title, groups),
            f'<main id="main">\n<h1>{title} <small>{escape(document["info"]["version"])}</small></h1>',
            *(f"<p>{_inline(text)}</p>" for text in document["info"]["description"].split("\n\n")),
            _start(origin),
            *(_group(document, tag, found, origin) for tag, found in groups),
            _errors(document),
            _shapes(document),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _of_group(document: Json, name: str) -> list[tuple[str, str, Json]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if name in operation["tags"]
    ]


def _navigation(title: str, groups: list[tuple[Json, list[tuple[str, str, Json]]]]) -> str:
    parts = ['<nav aria-label="Contents">', f'<a class="home" href="#main">{title}</a>']
    for tag, found in groups:
        parts.append(f"<h2>{escape(tag['name'])}</h2>\n<ul>")
        parts += [
            f'<li><a href="#{operation["operationId"]}"><span class="verb">{method.upper()}</span> '
            f"{escape(path.removeprefix('/v1'))}</a></li>"
            for method, path, operation in found
        ]
        parts.append("</ul>")
    links = '<li><a href="#errors">Errors</a></li><li><a href="#shapes">Shapes</a></li>'
    links += '<li><a href="/v1/openapi.json">OpenAPI 3.1</a></li>'
    return "\n".join([*parts, f"<h2>Reference</h2>\n<ul>{links}</ul>\n</nav>"])


def _start(origin: str) -> str:
    command = f"export METRONE_URL={origin}\nexport METRONE_KEY=metrone_live_…"
    return f'<p>The examples below run in a shell that has these two:</p>\n<pre class="setup">{escape(command)}</pre>'


def _group(document: Json, tag: Json, found: list[tuple[str, str, Json]], origin: str) -> str:
    head = f'<section class="group">\n<h2 id="{escape(tag["name"].lower())}">{escape(tag["name"])}</h2>'
    parts = [head, f"<p>{_inline(tag['description'])}</p>"]
    parts += [_operation(document, method, path, operation) for method, path, operation in found]
    return "\n".join([*parts, "</section>"])


def _operation(document: Json, method: str, path: str, operation: Json) -> str:
    name = operation["operationId"]
    scope = operation["x-metrone-scope"]
    parts = [
        f'<article id="{name}">\n<h3><a href="#{name}">{_inline(operation["summary"])}</a></h3>',
        f'<p class="route"><span class="verb {method}">{method.upper()}</span> <code>{escape(path)}</code> '
        f'<span class="scope">{_SCOPES.get(scope, f"Key with scope {scope}")}</span></p>',
        f"<p>{_inline(operation['description'])}</p>",
        *(f'<pre class="try">{escape(sample["source"])}</pre>' for sample in operation["x-codeSamples"]),
    ]
    shown = [spec for spec in operation["parameters"] if spec["name"] != "X-Request-Id"]
    if shown:
        parts.append("<h4>Parameters</h4>\n<dl>")
        parts += [_parameter(document, spec) for spec in shown]
        parts.append("</dl>")
    body = operation.get("requestBody")
    if body:
        parts.append(f"<p><b>Body:</b> {describe_type(body['content']['application/json']['schema'])}</p>")
    parts.append(f'<h4>Answers</h4>\n<ul class="answers">{_answers(operation["responses"])}</ul>\n</article>')
    return "\n".join(parts)


def _parameter(document: Json, spec: Json) -> str:
    schema = spec.get("schema") or spec["content"]["application/json"]["schema"]
    where = ' <span class="where">header</span>' if spec["in"] == "header" else ""
    kind = describe_type(schema) + (" as JSON" if "content" in spec else "")
    return _field(spec["name"], kind, spec["description"], spec.get("required", False), schema, where)


def _field(name: str, kind: str, text: str, is_required: bool, schema: Json, where: str = "") -> str:
    marks = where + (' <span class="required">required</span>' if is_required else "")
    default = schema.get("default")
    if default not in (None, "", {}):
        marks += f' <span class="where">default {escape(str(default))}</span>'
    return f'<dt><code>{escape(name)}</code> <span class="type">{kind}</span>{marks}</dt><dd>{_inline(text)}</dd>'


def _answers(responses: Json) -> str:
    shown = []
    for status, answer in responses.items():
        if "$ref" in answer:
            codes = answer["$ref"].rsplit("/", 1)[-1].split(".")[1:]
            kind = " ".join(f'<a href="#{code}"><code>{code}</code></a>' for code in codes)
        else:
            media, content = next(iter(answer["content"].items()))
            kind = describe_type(content["schema"]) if "$ref" in content["schema"] else f"<code>{escape(media)}</code>"
        shown.append(f"<li><b>{status}</b> <span>{kind}</span></li>")
    return "".join(shown)


def _errors(document: Json) -> str:
    problem = '<a href="#shape-Problem">one form</a>'
    parts = [f'<section class="group" id="errors">\n<h2>Errors</h2>\n<p>Every error has {problem}.</p>\n<dl>']
    for kind in document["x-metrone-errors"]:
        code = escape(kind["code"])
        parts.append(
            f'<dt id="{code}"><code>{code}</code> <span class="type">{kind["status"]}</span></dt>'
            f"<dd>{_inline(kind['meaning'])}</dd>"
        )
    return "\n".join([*parts, "</dl>\n</section>"])


def _shapes(document: Json) -> str:
    parts = ['<section class="group" id="shapes">\n<h2>Shapes</h2>']
    for name, schema in document["components"]["schemas"].items():
        parts.append(f'<article id="shape-{name}">\n<h3><a href="#shape-{name}">{name}</a></h3>')
        parts.append(f"<p>{_inline(schema.get('description', ''))}</p>")
        fields = schema.get("properties")
        if fields:
            required = schema.get("required", [])
            rows = [
                _field(field, describe_type(spec), describe_text(spec), field in required, spec)
                for field, spec in fields.items()
            ]
            parts += ["<dl>", *rows, "</dl>"]
        else:
            parts.append(f'<p class="type">{describe_type(schema)}</p>')
        parts.append("</article>")
    return "\n".join([*parts, "</section>"])


def describe_text(schema: Json) -> str:
    """The description of a field, wherever it stands."""
    texts = [schema.get("description"), *(kind.get("description") for kind in schema.get("anyOf", ()))]
    return next((text for text in texts if text), "")


def describe_type(schema: Json) -> str:
    """A schema in a few words, as HTML."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SCHEMAS)
        return f'<a href="#shape-{name}">{name}</a>'
    if "allOf" in schema:
        return describe_type(schema["allOf"][0])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "anyOf" in schema:
        kinds = [describe_type(kind) for kind in schema["anyOf"] if kind]
        return " or ".join(dict.fromkeys(kinds))
    if "prefixItems" in schema:
        return "[" + ", ".join(describe_type(kind) for kind in schema["prefixItems"]) + "]"
    return _plain_type(schema)


def _plain_type(schema: Json) -> str:
    kind = schema.get("type", "")
    if kind == "array":
        return f"list{_bounds(schema, 'minItems', 'maxItems')} of {describe_type(schema.get('items', {})) or 'any'}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {describe_type(schema['additionalProperties'])}"
    pattern = schema.get("pattern", "")
    if pattern and len(pattern) <= _LONGEST_PATTERN:
        return f"<code>{escape(pattern)}</code>"
    words = {"string": "text", "boolean": "true or false"}.get(kind, kind)
    bounds = _bounds(schema, "minLength", "maxLength") or _bounds(schema, "minimum", "maximum")
    return f"{words}{bounds}"


def _bounds(schema: Json, low: str, high: str) -> str:
    least, most = (f"{int(schema[name]):,}" if name in schema else "" for name in (low, high))
    if least and most:
        return f" {least}–{most}"
    return f" ≥ {least}" if least else f" ≤ {most}" if most else ""


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
