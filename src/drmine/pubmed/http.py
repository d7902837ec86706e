"""One POST request over HTTP, without retries and without belief in what comes back.

Everything goes out as POST: long PMID lists and queries fit, and the e-mail address and the API
key never stand in a URL, where proxies, logs and error messages would keep them.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlencode, urlsplit

from drmine import __version__
from drmine.errors import ConfigurationError

CHUNK = 1 << 16
# the largest answers are EFetch batches of records with long reference lists: a few MB
MAX_ANSWER_BYTES = 128 << 20
# a clock that was never set begins in 1970 or 1980
_FIRST_YEAR = 2020


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: status, headers with lower-case names, body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def day(self) -> date | None:
        """The day (UTC) by the server's clock; None where it does not say, or has no clock."""
        try:
            moment = parsedate_to_datetime(self.headers.get("date", "")).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return moment.date() if moment.year >= _FIRST_YEAR else None


class TransportError(Exception):
    """No complete answer came; ``kind`` says why in a few words. Worth another attempt."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def post(
    url: str,
    parameters: Mapping[str, str],
    *,
    timeout: float,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Answer:
    """Send one POST request and read the whole answer.

    Parameters
    ----------
    url
        ``http`` or ``https``; proxies of the environment are used except for loopback.
    parameters
        Form fields.
    timeout
        Seconds for silence on the line; an answer that drips may take five times as long.
    turn
        Context manager held while the request is being sent (see :class:`Pace`).

    Raises
    ------
    TransportError
        No connection, a reset, silence, or an answer shorter than announced.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            "DRMINE_EUTILS_URL must be an http or https address that ends before esearch.fcgi."
        )
    body = urlencode(parameters).encode("ascii")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": f"drmine/{__version__}",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection, target = _connection(url, timeout, headers)
    try:
        # connect first: a slow handshake must not fall into the turn that spaces the requests
        connection.connect()
        with turn():
            connection.request("POST", target, body=body, headers=headers)
        response = connection.getresponse()
        content = _read(response, time.monotonic() + 5 * timeout)
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, content)
    except TimeoutError as error:
        raise TransportError("no answer in time") from error
    except http.client.IncompleteRead as error:
        raise TransportError("answer cut short") from error
    except ssl.SSLCertVerificationError as error:
        raise ConfigurationError(
            f"The certificate of {parts.hostname} cannot be verified; check the clock, the proxy "
            "and DRMINE_EUTILS_URL."
        ) from error
    except socket.gaierror as error:
        raise TransportError(f"the host {parts.hostname} is not known") from error
    except ConnectionError as error:
        raise TransportError(_connection_trouble(error)) from error
    except (http.client.HTTPException, OSError) as error:
        raise TransportError("the connection failed") from error
    finally:
        connection.close()


def _connection_trouble(error: ConnectionError) -> str:
    refused = isinstance(error, ConnectionRefusedError)
    return "connection refused" if refused else "connection reset"


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read1(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise TransportError("answer too large")
        if time.monotonic() > deadline:
            raise TransportError("answer too slow")
    # a short answer with Content-Length ends here without a word
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(chunks)


def _connection(
    url: str, timeout: float, headers: dict[str, str]
) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = parts.path or "/"
    proxy = None
    if host not in ("localhost", "127.0.0.1", "::1") and not urllib.request.proxy_bypass(host):
        proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy is None:
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, parts.port, timeout=timeout), target
        return http.client.HTTPConnection(host, parts.port, timeout=timeout), target
    through = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    credentials = _proxy_credentials(through.username, through.password)
    if parts.scheme == "https":
        tunnel = http.client.HTTPSConnection(through.hostname or "", through.port, timeout=timeout)
        tunnel.set_tunnel(host, parts.port, headers=credentials)
        return tunnel, target
    headers |= credentials
    plain = http.client.HTTPConnection(through.hostname or "", through.port, timeout=timeout)
    return plain, url


def _proxy_credentials(user: str | None, password: str | None) -> dict[str, str]:
    if not user:
        return {}
    from base64 import b64encode

    token = b64encode(f"{unquote(user)}:{unquote(password or '')}".encode()).decode("ascii")
    return {"Proxy-Authorization": f"Basic {token}"}
