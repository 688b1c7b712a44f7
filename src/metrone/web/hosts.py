"""Whether a page in a browser may speak to us under the host name that it used: the guard against DNS rebinding. Pure.

Only browsers are asked. A rebinding page cannot leave Origin out of a POST (Fetch standard, "append a request Origin
header"), and a program that is no browser has no page to be fooled by: it reaches us under any name, such as a CNAME.
"""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from metrone.control.keys import KeyRecord
from metrone.errors import MetroneError

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_page(headers: Mapping[bytes, bytes], key: KeyRecord, public_origin: str) -> None:
    """Raise FORBIDDEN for a page of an unknown site, or a page that reached us under an unknown name.

    Known are: this machine, the server's public address, the domain of the key's project and its subdomains, the
    project's CNAME, the key's own origins; as a host also bare addresses, which no name was rebound to.
    """
    origin = headers.get(b"origin")
    if origin is None and b"sec-fetch-site" not in headers:
        return
    ours = {name_of(public_origin), key.project.domain, key.project.cname, *map(name_of, key.origins)} - {""}
    host = name_of("//" + headers.get(b"host", b"").decode("latin-1"))
    if not (_is_address(host) or _is_known(host, ours)):
        raise MetroneError("FORBIDDEN", "This server does not know the host name of this request. " + _HOW)
    if origin is not None:
        name = name_of(origin.decode("latin-1"))
        if not (name and name == host) and not _is_known(name, ours):
            raise MetroneError("FORBIDDEN", "This server does not know the Origin of this request. " + _HOW)


_HOW = "Set METRONE_PUBLIC_URL or the project's domain, or make a key with this origin."


def name_of(address: str) -> str:
    """The host name of an address, in lower case; '' where there is none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_known(name: str, ours: Iterable[str]) -> bool:
    return (
        name in _LOOPBACK or name.endswith(".localhost") or any(name == own or name.endswith(f".{own}") for own in ours)
    )


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
