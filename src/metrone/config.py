"""Every setting of the server, in one frozen struct, read once. docs/settings.md is held to it by tests/test_docs.py.

Each field is also the environment variable METRONE_<FIELD>; a command-line option of the same name wins over it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Positive = Annotated[int, Meta(ge=1)]


class ConfigError(ValueError):
    """A setting has a value that cannot be used; the message names the variable and what it takes."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings. Sizes are in the unit that the name ends in, times in seconds unless the name says otherwise."""

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Port to listen on.")] = 8000
    data_dir: Annotated[
        str, Meta(description="Folder that holds everything: spool, events, control database, secrets.")
    ] = "data"
    public_url: Annotated[
        str, Meta(description="The address that users see, for printed links and snippets. Default: host and port.")
    ] = ""
    database_url: Annotated[
        str, Meta(description="Control database as an SQLAlchemy URL. Default: SQLite in the data folder.")
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Comma-separated CIDRs whose X-Forwarded-For or Forwarded header is believed. Default: none."),
    ] = ()
    edge_headers: Annotated[
        bool,
        Meta(description="Believe country headers of an edge network (CF-IPCountry, …) sent by a trusted proxy."),
    ] = False
    geo_country_file: Annotated[
        str, Meta(description="MMDB file with countries. Default: the one that is shipped.")
    ] = ""
    geo_city_file: Annotated[str, Meta(description="MMDB file with cities, for regions and cities. Default: none.")] = (
        ""
    )
    rate_limits: Annotated[bool, Meta(description="Rate limits: on or off.")] = True
    rate_limit_key: Annotated[Positive, Meta(description="Write requests per minute for one API key.")] = 60_000
    rate_limit_ip: Annotated[Positive, Meta(description="Write requests per minute from one address.")] = 6_000
    rate_limit_read: Annotated[Positive, Meta(description="Read requests per minute for one API key.")] = 3_000
    stream_seconds: Annotated[Positive, Meta(description="Longest life of one event stream.")] = 300
    streams_per_key: Annotated[Positive, Meta(description="Event streams that one API key may hold open.")] = 5
    spool_max_mb: Annotated[Positive, Meta(description="Disk that undrained events may take before 503.")] = 4096
    drain_interval_ms: Annotated[Positive, Meta(description="Longest wait before spooled events enter the store.")] = (
        500
    )
    query_slots: Annotated[Positive, Meta(description="Reads that run at the same time; others queue.")] = 2
    query_timeout: Annotated[Positive, Meta(description="Seconds that one read may take.")] = 30
    query_memory_mb: Annotated[Positive, Meta(description="Memory that one read may take.")] = 1024
    monthly_quota: Annotated[
        int, Meta(ge=0, description="Events per project and month (UTC) when the project has no plan; 0 is no limit.")
    ] = 0
    sign_up: Annotated[
        bool, Meta(description="Whether anybody may make an account and an organisation of their own.")
    ] = False
    smtp_url: Annotated[
        str,
        Meta(
            description="Where mail goes out: smtp://user:password@host:587 (STARTTLS) or smtps://…:465. Default: no mail."
        ),
    ] = ""
    mail_from: Annotated[str, Meta(description="The sender of mail, such as metrone@example.com.")] = ""
    log_level: Annotated[str, Meta(description="debug, info, warning or error.")] = "info"

    @property
    def root(self) -> Path:
        """The data folder as a path."""
        return Path(self.data_dir)

    @property
    def origin(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load_config(environ: Mapping[str, str] | None = None, **given: Any) -> Config:
    """The settings from METRONE_* variables, overridden by the `given` ones that are not None. Raises ConfigError."""
    env = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for spec in msgspec.structs.fields(Config):
        raw = env.get(f"METRONE_{spec.name.upper()}")
        if raw is not None and raw != "":
            values[spec.name] = _from_text(spec.name, raw, spec.default)
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        return msgspec.convert(values, Config, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"A setting cannot be used: {error}. See docs/settings.md.") from None


def _from_text(name: str, raw: str, default: object) -> object:
    if isinstance(default, bool):
        word = raw.strip().lower()
        if word in {"1", "true", "on", "yes"}:
            return True
        if word in {"0", "false", "off", "no"}:
            return False
        raise ConfigError(f"METRONE_{name.upper()} is {raw!r}; it takes on or off.")
    if isinstance(default, tuple):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw
