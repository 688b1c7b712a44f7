"""The cookie that holds a browser's session: its name, how it is set, read and taken away."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from litestar.datastructures import Cookie

from metrone.control.signin import SESSION_TTL

COOKIE = "metrone_session"
# No other host of the domain and no plain http can set a cookie of this name: RFC 6265bis, 4.1.3.2.
SECURE_COOKIE = f"__Host-{COOKIE}"


def cookie_name(is_secure: bool) -> str:
    """The one name that counts on this server, so that a cookie which another host planted is not read."""
    return SECURE_COOKIE if is_secure else COOKIE


def session_token(headers: Mapping[bytes, bytes], is_secure: bool) -> str:
    """The session token in the cookies; '' when there is none."""
    jar = SimpleCookie()
    try:
        jar.load(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    morsel = jar.get(cookie_name(is_secure))
    return morsel.value if morsel else ""


def session_cookie(token: str, is_secure: bool) -> Cookie:
    """The cookie that keeps a browser signed in."""
    return Cookie(
        key=cookie_name(is_secure),
        value=token,
        max_age=int(SESSION_TTL.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure,
        path="/",
    )


def no_cookie(is_secure: bool) -> Cookie:
    """What takes the session's cookie away."""
    name = cookie_name(is_secure)
    return Cookie(key=name, max_age=0, path="/", secure=is_secure, httponly=True, samesite="strict")
