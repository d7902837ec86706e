"""A folder on loopback as NLM serves it, with ranges, sums, and faults on demand."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class FileServer:
    """Serves the files of a folder; ``faults`` says what befalls the next requests for files.

    ``cut`` sends half of what was announced, a number is an HTTP status, ``whole`` ignores the
    range that was asked for, and an empty text is a good answer. ``log`` keeps path and range.
    """

    def __init__(self, folder: Path, faults: Iterable[str] = ()) -> None:
        self.folder = folder
        self.faults = list(faults)
        self.log: list[tuple[str, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/baseline/"

    def fetched(self) -> list[str]:
        """The names of the files that were asked for, without sums and pages."""
        return [path for path, _ in self.log if path.endswith(".gz")]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.removeprefix("/baseline/")
        asked = request.headers.get("Range")
        self.log.append((name, asked))
        if name == "":
            names = sorted(path.name for path in self.folder.iterdir())
            links = "".join(f'<a href="{n}">{n}</a>\n<a href="{n}.md5">{n}.md5</a>' for n in names)
            links += '<a href="http://elsewhere.invalid/pubmed26n9999.xml.gz">not ours</a>'
            return self._send(request, 200, f"<pre><a href='../'>up</a>{links}</pre>".encode())
        path = self.folder / name.removesuffix(".md5")
        if not path.is_file():
            return self._send(request, 404, b"")
        data = path.read_bytes()
        if name.endswith(".md5"):
            sum_ = hashlib.md5(data, usedforsecurity=False).hexdigest()
            return self._send(request, 200, f"MD5({path.name})= {sum_}\n".encode())
        fault = self.faults.pop(0) if self.faults else ""
        if fault.isdigit():
            return self._send(request, int(fault), b"")
        begin = re.match(r"bytes=(\d+)-$", asked or "")
        start = int(begin[1]) if begin and fault != "whole" else 0
        if start >= len(data):
            return self._send(request, 416, b"")
        status = 206 if start else 200
        part = data[start:]
        ranges = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        self._send(request, status, part, ranges, cut=fault == "cut")
        return None

    def _send(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        cut: bool = False,
    ) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        for key, value in (headers or {}).items():
            request.send_header(key, value)
        request.end_headers()
        request.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            request.close_connection = True

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
