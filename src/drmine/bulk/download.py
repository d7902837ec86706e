"""Bring a bulk file from a server: going on where it stopped, and checked by its MD5 sum.

NLM lists its files on a page (https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/) and puts beside
each file its sum: ``pubmed26n0001.xml.gz.md5``.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from drmine import __version__
from drmine.errors import ConfigurationError, IncompleteError, InputError
from drmine.pubmed.atomic import write_atomically
from drmine.pubmed.retry import TRANSIENT_STATUS, RetryPolicy, retry_after_seconds
from drmine.settings import Settings

log = logging.getLogger(__name__)

AT_ONCE = 3
"""Downloads at the same time on one machine, however many workers it has."""

# with lengths: a page of nothing but beginnings would take hours
_FILE = re.compile(
    r"""href\s{0,9}=\s{0,9}["']?([^"'>\s?#]{1,300}\.xml\.gz)["'\s>]""", re.IGNORECASE
)
_MD5 = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_SILENCE = httpx.Timeout(60.0)
_BLOCK = 1 << 18
_MAX_PAGE = 16 << 20
# NLM's largest files have some hundred megabytes
_MAX_FILE = 8 << 30


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
    page = _small(url, policy or _policy())
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
    text = _small(url + ".md5", policy or _policy())
    found = _MD5.search(text.lower()) if text else None
    return found[0] if found else None


def download(
    url: str,
    target: Path,
    md5: str | None,
    *,
    policy: RetryPolicy | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Bring one file; one that is there with the right sum is kept, a part is gone on with.

    Parameters
    ----------
    url, target
        From where, and where to. The part that came lies beside it as ``….part``.
    md5
        The sum that it must have (see :func:`published_md5`).
    policy, sleep
        How often to try again; an attempt that brought something counts as the first.

    Raises
    ------
    InputError
        The server has no such file, or what it sends does not have its sum.
    IncompleteError
        The server does not answer; the part that came is kept.
    """
    policy = policy or _policy()
    if target.is_file() and (md5 is None or file_md5(target) == md5):
        return target
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _slot(target.parent):
        for last in (False, True):
            _complete(url, part, policy, sleep)
            if md5 is None or file_md5(part) == md5:
                break
            # what lay here may be of an older file of this name: once more from the start
            part.unlink()
            if last:
                raise InputError(
                    f"{target.name} differs from its MD5 sum at {url}.md5 each time it comes; "
                    "the server's file is damaged, try again later."
                )
        if md5 is not None:
            write_atomically(
                target.with_name(target.name + ".md5"), f"{md5}  {target.name}\n".encode()
            )
        part.replace(target)
    return target


def file_md5(path: Path) -> str:
    """Return the MD5 sum of a file, which is what NLM publishes; against damage, not forgery."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _complete(url: str, part: Path, policy: RetryPolicy, sleep: Callable[[float], None]) -> None:
    attempt = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        wait: float | None = None
        try:
            reason, wait = _bring(url, part, before)
            if not reason:
                return
        except httpx.RequestError as error:
            reason = type(error).__name__
        except OSError as error:
            raise ConfigurationError(
                f"{part} cannot be written ({error.strerror or error}); free some space or give "
                "another --workspace."
            ) from error
        came = (part.stat().st_size if part.exists() else 0) > before
        attempt = 1 if came else attempt + 1
        if attempt >= policy.attempts or _is_too_long(wait, policy):
            raise IncompleteError(
                f"{url} could not be fetched ({reason}); what came is kept, run this again later."
            )
        log.warning("%s: %s; going on", url, reason)
        sleep(policy.delay(attempt, wait))


def _bring(url: str, part: Path, size: int) -> tuple[str, float | None]:
    """Ask for the rest of a file; return why to ask again, if so, and after how many seconds."""
    headers = {"Range": f"bytes={size}-"} if size else {}
    with _client(url) as client, client.stream("GET", url, headers=headers) as answer:
        status = answer.status_code
        if status == 416:  # nothing lies behind what is here: the sum tells whether it is all
            return "", None
        if status in TRANSIENT_STATUS:
            return f"HTTP {status}", retry_after_seconds(answer.headers)
        if status not in (200, 206):
            raise InputError(f"{url} cannot be had (HTTP {status}); check the address.")
        goes_on = status == 206 and answer.headers.get("content-range", "").startswith(
            f"bytes {size}-"
        )
        with part.open("ab" if goes_on else "wb") as stream:
            # as it comes: what a chunk size holds back is lost when the line breaks
            for block in answer.iter_raw():
                stream.write(block)
                if stream.tell() > _MAX_FILE:
                    raise InputError(
                        f"{url} sends more than {_MAX_FILE >> 30} GB, as no file of PubMed's has; "
                        f"check the address, and delete {part}."
                    )
    return "", None


def _small(url: str, policy: RetryPolicy) -> str | None:
    """Return a page or a small file as text; None where there is none (HTTP 404)."""
    reason = ""
    for attempt in range(1, policy.attempts + 1):
        wait: float | None = None
        try:
            with _client(url) as client, client.stream("GET", url) as answer:
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
        if _is_too_long(wait, policy):
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


def _is_too_long(wait: float | None, policy: RetryPolicy) -> bool:
    """Whether a server asks for more patience than a run has."""
    return wait is not None and wait > policy.longest_retry_after


def _policy() -> RetryPolicy:
    attempts = Settings.from_environment().request_attempts
    return RetryPolicy(attempts=attempts) if attempts else RetryPolicy()


def _client(url: str) -> httpx.Client:
    here = httpx.URL(url)

    def stay(request: httpx.Request) -> None:
        to = request.url
        same = to.host == here.host and (to.scheme, to.port) == (here.scheme, here.port)
        # as it is with links: whom to ask is for the user to say, not for a server
        if not same and (to.host, here.scheme, to.scheme) != (here.host, "http", "https"):
            raise InputError(
                f"{url} sends on to {to.scheme}://{to.host}/; name that address itself, if it is "
                "one that you trust."
            )

    return httpx.Client(
        timeout=_SILENCE,
        follow_redirects=True,
        event_hooks={"request": [stay]},
        # packed once is enough, and the sum is of the file as it lies there
        headers={"User-Agent": f"drmine/{__version__}", "Accept-Encoding": "identity"},
    )


@contextlib.contextmanager
def _slot(folder: Path) -> Iterator[None]:
    """Hold one of the few places for downloads; the system frees that of a killed process."""
    import fcntl

    handles = [(folder / f".slot-{number}").open("w") for number in range(AT_ONCE)]
    try:
        while True:
            for handle in handles:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
                yield
                return
            time.sleep(0.2)
    finally:
        for handle in handles:
            handle.close()
