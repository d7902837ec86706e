"""What is refused before any page is made, and the headers that every answer carries."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from drmine.errors import ConfigurationError
from drmine.review.pages.session import MIN_TOKEN

MAX_BODY = 100_000
"""Bytes of a form; a decision with a long note has some thousand."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # with no-referrer browsers would send forms with "Origin: null"
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# a page that comes back from the browser's store would show a form that was sent
NO_STORE = "no-store"


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_host(host: str, token: str | None, more: Collection[str] = ()) -> None:
    """Refuse to be reached from other machines without a token.

    A further name (``more``) is that of a proxy, through which others come.

    Raises
    ------
    ConfigurationError
        The host is not loopback and there is no token, or one that can be guessed.
    """
    if token is not None and len(token) < MIN_TOKEN:
        raise ConfigurationError(
            f"The token has fewer than {MIN_TOKEN} characters; make a longer one, such as "
            "`openssl rand -hex 16` gives."
        )
    if token is None and not (is_loopback(host) and all(map(is_loopback, more))):
        named = ", ".join(more) if is_loopback(host) else host
        raise ConfigurationError(
            f"{named} can be reached from other machines; set DRMINE_REVIEW_TOKEN (or --token) to "
            "a secret that reviewers enter, or leave --host and --allow-host out."
        )


def allowed_hosts(host: str, more: Collection[str] = ()) -> frozenset[str]:
    """Return the names under which the server may be addressed, beside bare addresses.

    A page of a stranger's that makes its own name point here (DNS rebinding) comes with
    that name, so only names that are known to be ours are let in.
    """
    names = {"localhost", *more}
    if not is_loopback(host):
        names |= {host, socket.gethostname(), socket.getfqdn()}
    return frozenset(name.lower() for name in names)


class Guard:
    """Checks host, origin and size of every request, and sets the headers of the answers."""

    def __init__(self, app: ASGIApp, names: frozenset[str], loopback_only: bool) -> None:
        self._app = app
        self._names = names
        self._loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it in one sentence."""
        if scope["type"] != "http":
            # no websocket is served
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", NO_STORE)
            await send(message)

        refused = self._refusal(scope)
        if refused is not None:
            status, why = refused
            await PlainTextResponse(why + "\n", status)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host):
            return 421, "This server does not go by that name; use the address that it printed."
        if scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return 405, "Only GET and POST are served."
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        if site not in (None, "same-origin", "none") or not _same_origin(origin, host):
            return 403, "A page of another site sent this form; nothing was saved."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return 413, f"The form has more than {MAX_BODY:,} bytes; nothing was saved."
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self._loopback_only


def _same_origin(origin: str | None, host: str) -> bool:
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
