"""The schemas of the OpenAPI document: what is sent, asked and answered, from the structs and the registries of names."""

import copy
from collections.abc import Mapping
from typing import Any

import msgspec

from metrone.events.incoming import BATCH_MAX, IncomingEvent
from metrone.reports.dimensions import DIMENSIONS, MAX_PROPERTY_KEY, PROPERTY
from metrone.reports.filters import MAX_FILTERS, MAX_VALUES, OPERATORS
from metrone.reports.metrics import MAX_METRICS, METRICS
from metrone.reports.params import ReadParams
from metrone.reports.reads import READS
from metrone.web.operations import OPERATIONS
from metrone.web.read import Queries
from metrone.web.shapes import EventRow, Problem

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"
_FILTER: Json = {
    "type": "array",
    "prefixItems": [
        {"enum": list(OPERATORS)},
        {"type": "string", "description": "A dimension, or props:KEY."},
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MAX_VALUES},
    ],
    "minItems": 3,
    "maxItems": 3,
}
_METRIC_NAMES: Json = {
    "type": "array",
    "description": "Names of metrics.",
    "items": {"enum": list(METRICS)},
    "minItems": 1,
    "maxItems": MAX_METRICS,
}
# What the structs say of these parameters is their type; which names they take stands in the registries.
_LISTS: dict[str, Json] = {
    "Filters": {
        "type": "array",
        "description": "Conditions that must all hold, each [operator, dimension, values]. An empty value means missing.",
        "items": _FILTER,
        "maxItems": MAX_FILTERS,
        "examples": [[["is", "country", ["DE"]]]],
    },
    "MetricNames": _METRIC_NAMES,
    "DimensionName": {
        "type": "string",
        "description": "A dimension, or the key of a property.",
        "anyOf": [{"enum": list(DIMENSIONS)}, {"pattern": f"^{PROPERTY}.{{1,{MAX_PROPERTY_KEY}}}$"}],
        "examples": ["country"],
    },
    "OrderBy": {
        "type": "string",
        "description": "A metric or `value`, and after a colon asc or desc.",
        "pattern": f"^({'|'.join(['value', *METRICS])})(:(asc|desc)?)?$",
        "examples": ["pageviews:desc"],
    },
}
_NAMED = {"filters": "Filters", "metrics": "MetricNames", "dimension": "DimensionName", "order_by": "OrderBy"}


def build_schemas() -> Json:
    """Every component schema by its name."""
    answers = [operation.answer for operation in OPERATIONS if operation.answer is not None]
    params = [read.params for read in READS.values()]
    _, schemas = msgspec.json.schema_components(
        [IncomingEvent, Queries, Problem, EventRow, *answers, *params], ref_template=SCHEMAS + "{name}"
    )
    for kind in params:
        properties = schemas[kind.__name__]["properties"]
        for name in properties.keys() & _NAMED.keys():
            properties[name] = _named_in_body(name, properties[name])
    schemas |= {**_LISTS, "Batch": _batch()}
    schemas["Query"]["properties"]["params"] = {
        "description": "Parameters of the read. Wrong ones fail this query alone.",
        "type": "object",
        "anyOf": [*({"$ref": SCHEMAS + kind.__name__} for kind in dict.fromkeys(params)), {}],
    }
    schemas["Query"]["properties"]["type"]["examples"] = list(READS)
    return schemas


def parameters_of(kind: type[ReadParams], places: Mapping[str, str]) -> list[Json]:
    """The fields of a struct of parameters as those of an operation: in the path those of `places`, which have an example."""
    _, schemas = msgspec.json.schema_components([kind])
    schema = schemas[kind.__name__]
    found = [_in_query(name, spec, schema["required"]) for name, spec in schema["properties"].items()]
    return [
        {**spec, "in": "path", "example": places[spec["name"]]} if spec["name"] in places else spec for spec in found
    ]


def _named_in_body(name: str, schema: Json) -> Json:
    """In a body: the list itself, or the text that a query string has."""
    kinds: list[Json] = [{"$ref": SCHEMAS + _NAMED[name]}]
    if _LISTS[_NAMED[name]]["type"] == "array":
        kinds.append({"type": "string", "description": "As in a query string."})
    if schema.get("default", "") is None:
        kinds.append({"type": "null"})
        schema = {**schema["anyOf"][0], "default": None}
    kept: Json = {key: schema[key] for key in ("description", "default") if key in schema}
    return {**kept, "anyOf": kinds}


def _batch() -> Json:
    events = {
        "type": "array",
        "items": {"$ref": SCHEMAS + "IncomingEvent"},
        "minItems": 1,
        "maxItems": BATCH_MAX,
    }
    envelope = {"type": "object", "properties": {"events": events}, "required": ["events"]}
    return {"title": "Batch", "description": "Events, bare or in an envelope.", "anyOf": [events, envelope]}


def _in_query(name: str, schema: Json, required: list[str]) -> Json:
    """No null in a query string, and the description stands beside the schema."""
    schema = copy.deepcopy(schema)
    if schema.get("default", "") is None:
        schema = schema["anyOf"][0]
    shown = {"name": name, "in": "query", "description": schema.pop("description"), "required": name in required}
    if name not in _NAMED:
        return {**shown, "schema": schema}
    named = {"$ref": SCHEMAS + _NAMED[name]}
    if name == "filters":
        return {**shown, "content": {"application/json": {"schema": named}}}
    return {**shown, "schema": named, **({"style": "form", "explode": False} if name == "metrics" else {})}
