"""Bring a bulk file from a server: going on where it stopped, and checked by its MD5 sum."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from drmine.bulk.connection import client_for, is_too_long, usual_policy
from drmine.errors import ConfigurationError, IncompleteError, InputError
from drmine.pubmed.atomic import write_atomically
from drmine.pubmed.retry import TRANSIENT_STATUS, RetryPolicy, retry_after_seconds

log = logging.getLogger(__name__)

AT_ONCE = 3
"""Downloads at the same time on one machine, however many workers it has."""

_BLOCK = 1 << 18
# NLM's largest files have some hundred megabytes
_MAX_FILE = 8 << 30


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
        The sum that it must have (see :func:`drmine.bulk.listing.published_md5`).
    policy, sleep
        How often to try again; an attempt that brought something counts as the first.

    Raises
    ------
    InputError
        The server has no such file, or what it sends does not have its sum.
    IncompleteError
        The server does not answer; the part that came is kept.
    """
    policy = policy or usual_policy()
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
        if attempt >= policy.attempts or is_too_long(wait, policy):
            raise IncompleteError(
                f"{url} could not be fetched ({reason}); what came is kept, run this again later."
            )
        log.warning("%s: %s; going on", url, reason)
        sleep(policy.delay(attempt, wait))


def _bring(url: str, part: Path, size: int) -> tuple[str, float | None]:
    """Ask for the rest of a file; return why to ask again, if so, and after how many seconds."""
    headers = {"Range": f"bytes={size}-"} if size else {}
    with client_for(url) as client, client.stream("GET", url, headers=headers) as answer:
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
