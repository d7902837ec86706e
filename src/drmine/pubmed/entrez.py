"""The Entrez client: one request in, one believed answer out.

It adds to a plain request what PubMed needs: identification, pacing, a look at the content and
patience. Which requests to make is the business of :mod:`drmine.pubmed.search` and
:mod:`drmine.pubmed.batches`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TypeVar
from urllib.parse import quote, quote_plus

from drmine.errors import ConfigurationError, IncompleteError, InputError
from drmine.pubmed.checks import (
    AnswerError,
    SearchAnswer,
    check_records,
    check_search,
    says_none_exists,
)
from drmine.pubmed.http import Answer, TransportError, post
from drmine.pubmed.pacing import Pace, rate_for
from drmine.pubmed.retry import TRANSIENT_STATUS, RetryPolicy, retry_after_seconds
from drmine.settings import DEFAULT_EUTILS_URL, Settings

log = logging.getLogger(__name__)

TOOL = "drmine"
# ESearch gives the first 9,999 hits of a PubMed search and answers <ERROR> for any beyond
SEARCH_LIMIT = 9_999
FETCH_SIZE = 200
TIMEOUT_SECONDS = 60.0

Believed = TypeVar("Believed")


class UnavailableError(IncompleteError):
    """The server gave no answer that can be believed, after all attempts."""


class BadAnswerError(UnavailableError):
    """The server answers, but mostly with content that cannot be believed.

    ``body`` is the last such answer, for study; it is not part of the message.
    """

    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The XML of one EFetch answer and the PMIDs of the records in it."""

    xml: bytes = field(repr=False)
    pmids: tuple[str, ...]


class EntrezClient:
    """A client for NCBI's E-utilities on PubMed. Threads may share it.

    Parameters
    ----------
    email
        Contact address that NCBI asks for; required.
    api_key
        NCBI API key or ``None``; with it ten requests a second, without it three.
    base_url
        Address that ends before ``esearch.fcgi``.
    pace
        Shared pacing; made from the address and key if not given.
    retry, timeout, sleep
        Backoff, seconds of silence allowed on the line, and waiting.
    """

    def __init__(
        self,
        email: str | None,
        api_key: str | None = None,
        *,
        base_url: str = DEFAULT_EUTILS_URL,
        pace: Pace | None = None,
        retry: RetryPolicy | None = None,
        timeout: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if email and "@" not in email:
            raise ConfigurationError("DRMINE_EMAIL holds no e-mail address; set it to yours.")
        if not email:
            raise ConfigurationError(
                "NCBI asks for a contact address with every request; set DRMINE_EMAIL to your "
                "e-mail address."
            )
        self.base_url = base_url if base_url.endswith("/") else base_url + "/"
        self._identity = {"db": "pubmed", "tool": TOOL, "email": email}
        if api_key:
            self._identity["api_key"] = api_key
        self._pace = pace or Pace(self.base_url, rate_for(api_key))
        self._retry = retry or RetryPolicy()
        self._timeout = timeout
        self._sleep = sleep
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self.server_day: date | None = None
        """The day (UTC) by the server's clock at its last answer, where it said so."""

    @classmethod
    def from_settings(cls, settings: Settings) -> EntrezClient:
        """Build a client from the ``DRMINE_*`` settings."""
        attempts = settings.request_attempts
        return cls(
            settings.email,
            settings.api_key,
            base_url=settings.eutils_url,
            retry=RetryPolicy(attempts) if attempts else None,
        )

    def __repr__(self) -> str:
        return f"EntrezClient(base_url={self.base_url!r})"

    @property
    def counts(self) -> dict[str, int]:
        """How many requests were sent, and how many failed by kind."""
        with self._lock:
            return dict(self._counts)

    def search(self, term: str, *, retmax: int = SEARCH_LIMIT) -> SearchAnswer:
        """Return the count of a search and up to ``retmax`` PMIDs (one request).

        Raises
        ------
        UnavailableError
            No believable answer after all attempts.
        InputError
            PubMed refuses the query.
        """
        retmax = min(retmax, SEARCH_LIMIT)
        parameters = {"term": term, "retmode": "xml", "retmax": str(retmax)}
        return self._ask("esearch", parameters, lambda answer: check_search(answer, asked=retmax))

    def fetch(self, pmids: Sequence[str], *, attempts: int | None = None) -> Fetched:
        """Return the records of some PMIDs as XML (one request); deleted ones are left out.

        ``attempts`` overrides the retry policy's.

        Raises
        ------
        UnavailableError
            No believable answer after all attempts.
        """
        parameters = {"id": ",".join(pmids), "retmode": "xml"}
        return self._ask("efetch", parameters, _fetched, attempts)

    def without_secrets(self, content: bytes) -> bytes:
        """Blank the e-mail address and the API key in something that is to be kept."""
        for name in ("email", "api_key"):
            secret = self._identity.get(name, "")
            for form in {secret, quote(secret), quote_plus(secret)} - {""}:
                content = content.replace(form.encode(), f"[{name}]".encode())
        return content

    def _ask(
        self,
        tool: str,
        parameters: dict[str, str],
        believe: Callable[[Answer], Believed],
        attempts: int | None = None,
    ) -> Believed:
        url = f"{self.base_url}{tool}.fcgi"
        form = self._identity | parameters
        attempts = attempts or self._retry.attempts
        asks_for_numbers = parameters.get("id", "").replace(",", "").isdecimal()
        bad_content = 0
        kind, body = "", b""
        for attempt in range(1, attempts + 1):
            wanted_pause = None
            self._count("requests")
            try:
                answer = post(url, form, timeout=self._timeout, turn=self._pace.turn)
                body, self.server_day = answer.body, answer.day
                if answer.status == 200 or (asks_for_numbers and says_none_exists(answer)):
                    return believe(answer)
                kind = f"HTTP {answer.status}"
                if answer.status not in TRANSIENT_STATUS:
                    raise _refusal(tool, answer)
                wanted_pause = retry_after_seconds(answer.headers)
            except TransportError as error:
                kind = error.kind
            except AnswerError as error:
                kind = error.kind
                bad_content += 1
                if not error.transient:
                    raise InputError(
                        f"PubMed refuses the {tool} request ({kind}); correct the query."
                    ) from None
            self._count(kind)
            if attempt < attempts:
                self._wait(tool, kind, attempt, wanted_pause)
        message = (
            f"{self.base_url} gave no usable answer to {tool} in {attempts} attempts "
            f"(last: {kind}); what is done is kept, run the same command again later."
        )
        if 2 * bad_content < attempts:
            raise UnavailableError(message)
        bad_answer = BadAnswerError(message)
        bad_answer.body = body
        raise bad_answer

    def _wait(self, tool: str, kind: str, attempt: int, wanted: float | None) -> None:
        if wanted is not None and wanted > self._retry.longest_retry_after:
            raise UnavailableError(
                f"{self.base_url} asks to be left alone for {wanted:.0f} seconds; run the same "
                "command again after that."
            )
        delay = self._retry.delay(attempt, wanted)
        log.warning("%s: %s; attempt %d in %.1f s", tool, kind, attempt + 1, delay)
        if wanted:
            self._pace.pause(wanted)
        self._sleep(delay)

    def _count(self, name: str) -> None:
        with self._lock:
            self._counts[name] += 1


def _fetched(answer: Answer) -> Fetched:
    if says_none_exists(answer):
        return Fetched(b"<PubmedArticleSet/>", ())
    return Fetched(answer.body, check_records(answer))


def _refusal(tool: str, answer: Answer) -> ConfigurationError | InputError:
    """Explain a status that no further attempt would change."""
    if b"api key" in answer.body[:4096].lower() or answer.status in (401, 403):
        return ConfigurationError(
            f"The server refuses the request (HTTP {answer.status}); check DRMINE_NCBI_API_KEY, "
            "or unset it to work without a key."
        )
    if 300 <= answer.status < 400 or answer.status in (404, 405, 410):
        return ConfigurationError(
            f"There is no E-utilities service at the address of DRMINE_EUTILS_URL (HTTP "
            f"{answer.status}); correct or unset it."
        )
    return InputError(
        f"The server refuses the {tool} request as wrong (HTTP {answer.status}); check the query."
    )
