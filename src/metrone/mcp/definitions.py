"""What can be asked, for agents: the registries of the reports as JSON, for a tool and as resources. Nothing is defined here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import msgspec

from metrone.control.projects import Project
from metrone.mcp.agent import Json
from metrone.reports.buckets import Interval
from metrone.reports.dimensions import DIMENSIONS, MAX_PROPERTY_KEY, PROPERTY
from metrone.reports.filters import MAX_FILTERS, MAX_VALUES, OPERATORS
from metrone.reports.metrics import MAX_METRICS, METRICS
from metrone.reports.scope import VisitorType


class MetricText(msgspec.Struct):
    """A metric in words."""

    title: str
    definition: str
    unit: str


class DimensionText(msgspec.Struct):
    """A dimension in words."""

    title: str


class ProjectText(msgspec.Struct):
    """The project that the key belongs to. Its days begin at midnight in `timezone`."""

    name: str
    domain: str
    timezone: str


class FilterText(msgspec.Struct):
    """How questions are narrowed."""

    operators: list[str]
    form: str
    property_dimension: str
    intervals: list[str]
    visitor_types: list[str]
    metrics_at_most: int


class SchemaAnswer(msgspec.Struct):
    """Everything that can be asked."""

    project: ProjectText
    metrics: dict[str, MetricText]
    dimensions: dict[str, DimensionText]
    filters: FilterText


@dataclass(frozen=True, slots=True)
class Resource:
    """A document that an agent may read. `make` gives its JSON value."""

    title: str
    text: str
    make: Callable[[], Json]


def describe_project(project: Project) -> Json:
    """The project, as its owner named it."""
    return {"name": project.name, "domain": project.domain, "timezone": project.timezone}


def describe_metrics() -> Json:
    """Each metric's title, definition and unit, by its name."""
    return {
        name: {"title": metric.title, "definition": metric.definition, "unit": metric.unit}
        for name, metric in METRICS.items()
    }


def describe_dimensions() -> Json:
    """Each dimension's title, by its name."""
    return {name: {"title": dimension.title} for name, dimension in DIMENSIONS.items()}


def describe_filters() -> Json:
    """How filters are written, and the other names that questions take."""
    return {
        "operators": list(OPERATORS),
        "form": f"A list of at most {MAX_FILTERS} [operator, dimension, values], all of which must hold; at most {MAX_VALUES} "
        'values, "" for a missing one. Example: [["is", "country", ["DE"]], ["contains", "page", ["/blog"]]].',
        "property_dimension": f"{PROPERTY}KEY is the property KEY of events, at most {MAX_PROPERTY_KEY} characters.",
        "intervals": list(get_args(Interval)),
        "visitor_types": list(get_args(VisitorType)),
        "metrics_at_most": MAX_METRICS,
    }


RESOURCES: dict[str, Resource] = {
    "metrone://metrics": Resource("Metrics", "Every metric with its definition and unit.", describe_metrics),
    "metrone://dimensions": Resource("Dimensions", "Every dimension to group or filter by.", describe_dimensions),
    "metrone://filters": Resource("Filters", "How filters are written, and what they take.", describe_filters),
}
