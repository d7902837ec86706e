"""The HTTP side of the local E-utilities server: requests in, answers or faults out."""

from __future__ import annotations

import contextlib
import socket
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from drmine.demo.eutils_xml import error_xml
from drmine.demo.faults import Faults

PATH = "/entrez/eutils/"
ERROR_PAGE = (
    b"<html><head><title>NCBI - WWW Error Diagnostic</title></head><body><h1>Server Error</h1>"
    b"<p>Your request could not be processed.</p></body></html>"
)


class Answers(Protocol):
    """What the HTTP side needs of the stand-in."""

    faults: Faults | None

    def receive(self, tool: str, form: dict[str, str]) -> str | None:
        """Note a request and return its fault, if it is to have one."""
        ...

    def answer(self, tool: str, form: dict[str, str]) -> tuple[int, bytes]:
        """Return status and body for a request."""
        ...

    def wait_in_silence(self) -> None:
        """Wait as long as a silence lasts."""
        ...


class LoopbackServer(ThreadingHTTPServer):
    """Answers each request in a thread of its own."""

    daemon_threads = True
    request_queue_size = 64
    eutils: Answers

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that went away: killed ones are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """Turns requests into questions to the stand-in, and its faults into broken answers."""

    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    # headers and body in one packet where they fit: the client need not wait for two
    wbufsize = -1

    def do_GET(self) -> None:
        self._respond(urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = number(self.headers.get("Content-Length"), 0)
        self._respond(self.rfile.read(length).decode("utf-8", "replace"))

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: requests hold the user's e-mail address and key."""

    def _respond(self, query: str) -> None:
        form = {name: values[-1] for name, values in parse_qs(query).items()}
        eutils = self.server.eutils
        tool = urlsplit(self.path).path.removeprefix(PATH).removesuffix(".fcgi")
        fault = eutils.receive(tool, form)
        if fault is None:
            self._send(*eutils.answer(tool, form))
        elif fault in ("429", "429-retry-after"):
            wait = eutils.faults.retry_after if eutils.faults else 1
            headers = {"Retry-After": str(wait)} if fault == "429-retry-after" else {}
            body = b'{"error":"API rate limit exceeded","count":"4","limit":"3"}'
            self._send(429, body, "application/json", headers)
        elif fault in ("500", "502"):
            self._send(int(fault), ERROR_PAGE, "text/html")
        elif fault == "html":
            self._send(200, ERROR_PAGE, "text/html")
        elif fault == "empty":
            self._send(200, b"")
        elif fault == "error-element":
            self._send(200, error_xml(root_of(tool), "Search Backend failed: no answer"))
        elif fault == "expired-history":
            self._send(200, error_xml(root_of(tool), "Unable to obtain query #1"))
        elif fault in ("half-xml", "incomplete"):
            _, body = eutils.answer(tool, form)
            announced = len(body) if fault == "incomplete" else None
            self._send(200, body[: len(body) // 2], length=announced)
        elif fault == "reset":
            self._reset()
        elif fault == "silence":
            eutils.wait_in_silence()
            self.close_connection = True

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str = "text/xml; charset=UTF-8",
        headers: dict[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        if length is not None:
            self.close_connection = True

    def _reset(self) -> None:
        # no lingering: the kernel sends RST in place of FIN
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True


def root_of(tool: str) -> str:
    """Return the root element of a tool's answers."""
    return {"esearch": "eSearchResult", "efetch": "eFetchResult"}.get(tool, "eResult")


def number(text: str | None, default: int) -> int:
    """Read a number of a request."""
    return int(text) if text and text.isdecimal() else default
