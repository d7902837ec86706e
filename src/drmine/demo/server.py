"""A local E-utilities server: an honest stand-in for PubMed on loopback.

It serves ESearch and EFetch for a set of records, with the limits and the ways to fail of the
real service, so that the whole path of a harvest can be run without a network.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event, RLock, Thread
from types import TracebackType

from drmine.demo.eutils_xml import error_xml, records_xml, search_xml
from drmine.demo.faults import Faults
from drmine.demo.http_side import ERROR_PAGE, PATH, Handler, LoopbackServer, number, root_of
from drmine.demo.match import Index
from drmine.records import Record

SEARCH_LIMIT = 9_999
DEFAULT_RETMAX = 20
_DATE_TYPES = {"edat": "entered", "crdt": "entered", "mdat": "revised", "pdat": "date"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived, without the e-mail address and the key themselves."""

    arrived: float
    tool: str
    ids: tuple[str, ...] = field(default=(), repr=False)
    term: str = field(default="", repr=False)
    has_email: bool = False
    has_key: bool = False
    fault: str | None = None


class EutilsServer:
    """Serves records as NCBI would; use it as a context manager.

    Parameters
    ----------
    records
        What the server holds.
    faults
        Which answers fail; ``None`` for none.
    host, port
        Where to listen; port 0 takes a free one.
    allowed_rate
        Requests a second beyond which it answers 429; ``None`` for no limit.

    Examples
    --------
    >>> with EutilsServer([Record("99000001", "Epilepsy")]) as server:
    ...     server.url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(
        self,
        records: Iterable[Record],
        *,
        faults: Faults | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        allowed_rate: float | None = None,
    ) -> None:
        self._records = {record.pmid: record for record in records}
        self._index: Index | None = None
        self._spoiled: set[str] = set()
        self._history: dict[str, list[str]] = {}
        self._lock = RLock()
        self._stopped = Event()
        self.faults = faults
        self.allowed_rate = allowed_rate
        self.requests: list[Request] = []
        self._http = LoopbackServer((host, port), Handler)
        self._http.eutils = self
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address for ``DRMINE_EUTILS_URL``."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}{PATH}"

    def __enter__(self) -> EutilsServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def put(self, *records: Record) -> None:
        """Add records, or replace those with the same PMID."""
        with self._lock:
            self._records |= {record.pmid: record for record in records}
            self._index = None

    def delete(self, *pmids: str) -> None:
        """Take records out, as PubMed does with duplicates."""
        with self._lock:
            for pmid in pmids:
                self._records.pop(pmid, None)
            self._index = None

    def spoil(self, *pmids: str) -> None:
        """Send records with these PMIDs as damaged XML from now on."""
        self._spoiled.update(pmids)

    def mend(self, *pmids: str) -> None:
        """Send these records whole again."""
        self._spoiled.difference_update(pmids)

    def most_in_a_second(self) -> int:
        """Return the largest number of requests that arrived within any one second."""
        arrivals = sorted(request.arrived for request in self.requests)
        first, most = 0, 0
        for last, moment in enumerate(arrivals):
            while moment - arrivals[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def answer(self, tool: str, form: dict[str, str]) -> tuple[int, bytes]:
        """Return status and body for a request."""
        if form.get("db") != "pubmed":
            return 200, error_xml(root_of(tool), f"Invalid db name specified: {form.get('db', '')}")
        if tool == "esearch":
            return self._search(form)
        if tool == "efetch":
            return self._fetch(form)
        return 404, ERROR_PAGE

    def _search(self, form: dict[str, str]) -> tuple[int, bytes]:
        term = form.get("term", "")
        if not term.strip():
            return 200, error_xml("eSearchResult", "Empty term and query_key - nothing todo")
        start = number(form.get("retstart"), 0)
        if start >= SEARCH_LIMIT:
            message = (
                f"Search Backend failed: Exception:\n'retstart' cannot be larger than "
                f"{SEARCH_LIMIT - 1}. For PubMed, ESearch can only retrieve the first "
                f"{SEARCH_LIMIT:,} records matching the query."
            )
            return 200, error_xml("eSearchResult", message)
        with self._lock:
            index = self._index = self._index or Index(self._records.values())
            found = index.find(term)
            pmids = found.pmids
            if form.get("mindate") or form.get("maxdate"):
                kind = _DATE_TYPES.get(form.get("datetype", "pdat"), "date")
                low, high = form.get("mindate", "1000"), form.get("maxdate", "3000")
                pmids = pmids & index.between(low, high, kind)
        hits = sorted(pmids, key=int, reverse=True)
        stop = min(start + number(form.get("retmax"), DEFAULT_RETMAX), SEARCH_LIMIT)
        history = self._remember(hits) if form.get("usehistory") == "y" else None
        body = search_xml(
            hits[start:stop],
            count=len(hits),
            start=start,
            query=term,
            history=history,
            # PubMed tells this of phrases: a query with nothing new is none that it does not know
            not_found=() if hits or " AND " in term else (term,),
            unknown_fields=found.unknown_fields,
        )
        return 200, body

    def _remember(self, hits: list[str]) -> tuple[str, str]:
        with self._lock:
            environment = f"MCID_{len(self._history):024x}"
            self._history[environment] = hits
        return "1", environment

    def _fetch(self, form: dict[str, str]) -> tuple[int, bytes]:
        if form.get("WebEnv"):
            hits = self._history.get(form["WebEnv"])
            if hits is None:
                return 200, error_xml("eFetchResult", "Unable to obtain query #1")
            start = number(form.get("retstart"), 0)
            pmids = hits[start : start + number(form.get("retmax"), DEFAULT_RETMAX)]
        else:
            pmids = [pmid.strip() for pmid in form.get("id", "").split(",")]
            pmids = [pmid for pmid in pmids if pmid.isdecimal()]
            if not pmids:
                message = "ID list is empty! Possibly it has no correct IDs."
                return 400, error_xml("eFetchResult", message)
        body = records_xml(self._records[pmid] for pmid in pmids if pmid in self._records)
        if self._spoiled.intersection(pmids):
            body = body.replace(b"</ArticleTitle>", b"</ArticleTitel>", 1)
        return 200, body

    def receive(self, tool: str, form: dict[str, str]) -> str | None:
        """Note a request and return its fault, if it is to have one."""
        now = time.monotonic()
        with self._lock:
            fault = self.faults.next() if self.faults else None
            if self.allowed_rate:
                recent = [r for r in self.requests[-100:] if now - r.arrived < 1.0]
                if len(recent) >= self.allowed_rate:
                    fault = "429"
            request = Request(
                now,
                tool,
                ids=tuple(filter(None, form.get("id", "").split(","))),
                term=form.get("term", ""),
                has_email="@" in form.get("email", ""),
                has_key=bool(form.get("api_key")),
                fault=fault,
            )
            self.requests.append(request)
        return fault

    def wait_in_silence(self) -> None:
        """Wait as long as a silence lasts, or until the server stops."""
        self._stopped.wait(self.faults.silence if self.faults else 0)
