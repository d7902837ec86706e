"""What a server of bulk files says of them: which there are, and their MD5 sums.

NLM lists its files on a page (https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/) and puts beside
each file its sum: ``pubmed26n0001.xml.gz.md5``.
"""

from __future__ import annotations

import logging
import re
import time
from urllib.parse import urljoin, urlsplit

import httpx

from drmine.bulk.connection import client_for, is_too_long, usual_policy
from drmine.errors import IncompleteError, InputError
from drmine.pubmed.retry import TRANSIENT_STATUS, RetryPolicy, retry_after_seconds

log = logging.getLogger(__name__)

# with lengths: a page of nothing but beginnings would take hours
_FILE = re.compile(
    r"""href\s{0,9}=\s{0,9}["']?([^"'>\s?#]{1,300}\.xml\.gz)["'\s>]""", re.IGNORECASE
)
_MD5 = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_MAX_PAGE = 16 << 20


def is_url(place: str) -> bool:
    """Whether a place is an address that can be asked."""
    return urlsplit(place).scheme in ("http", "https")


def list_folder(url: str, *, policy: RetryPolicy | None = None) -> list[str]:
    """Return the addresses of the bulk files that a folder's page links to, in its order.

    Raises
    ------
    InputError
        The page names no such file, or the server has no such page.
    IncompleteError
        The server does not answer.
    """
    page = _small(url, policy or usual_policy())
    if page is None:
        raise InputError(f"{url} is not there; check the address.")
    here = urlsplit(url)
    found = dict.fromkeys(urljoin(url, name) for name in _FILE.findall(page))
    # a page may not send us to another server
    files = [link for link in found if urlsplit(link)[:2] == here[:2]]
    if not files:
        raise InputError(f"{url} lists no files that end with .xml.gz; check the address.")
    return files


def published_md5(url: str, *, policy: RetryPolicy | None = None) -> str | None:
    """Return the MD5 sum that the server gives for a file; None where it gives none."""
    text = _small(url + ".md5", policy or usual_policy())
    found = _MD5.search(text.lower()) if text else None
    return found[0] if found else None


def _small(url: str, policy: RetryPolicy) -> str | None:
    """Return a page or a small file as text; None where there is none (HTTP 404)."""
    reason = ""
    for attempt in range(1, policy.attempts + 1):
        wait: float | None = None
        try:
            with client_for(url) as client, client.stream("GET", url) as answer:
                content = _beginning(answer) if answer.status_code == 200 else b""
            if answer.status_code == 404:
                return None
            if len(content) > _MAX_PAGE:
                raise InputError(
                    f"{url} sends more than {_MAX_PAGE >> 20} MB, and is no list of files; check "
                    "the address."
                )
            if answer.status_code == 200:
                return content.decode("utf-8", "replace")
            reason = f"HTTP {answer.status_code}"
            if answer.status_code not in TRANSIENT_STATUS:
                raise InputError(f"{url} cannot be had ({reason}); check the address.")
            wait = retry_after_seconds(answer.headers)
        except httpx.InvalidURL:
            raise InputError(f"{url} is no address that can be asked; check it.") from None
        except httpx.RequestError as error:
            reason = type(error).__name__
        if is_too_long(wait, policy):
            break
        if attempt < policy.attempts:
            log.warning("%s: %s; trying again", url, reason)
            time.sleep(policy.delay(attempt, wait))
    raise IncompleteError(f"{url} could not be read ({reason}); run this again later.")


def _beginning(answer: httpx.Response) -> bytes:
    """Return an answer as far as it is no longer than a page may be, and a little more."""
    content = b""
    for block in answer.iter_bytes():
        content += block
        if len(content) > _MAX_PAGE:
            break
    return content
