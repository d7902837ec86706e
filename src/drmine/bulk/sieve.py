"""Read one bulk file and keep what is on the topic: the work of one task, in any process."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

from drmine.bulk.download import download, file_md5
from drmine.bulk.listing import published_md5
from drmine.bulk.sieved import Body, Sieved, read_sieved, sieved_path, write_sieved
from drmine.bulk.sources import Source
from drmine.errors import InputError
from drmine.pubmed.files import nlm_file_order, read_file
from drmine.pubmed.unpack import open_bytes
from drmine.records import Record


def sieve(
    source: Source, folder: str, keep_all: bool = False, wanted: Collection[str] = ()
) -> Sieved:
    """Read one file, write what is kept of it into ``folder``, and say what it held.

    What a file with this content gave before, read in the same way, is not made again; then a
    file of a server is not even fetched.

    Parameters
    ----------
    source
        The file, or where it can be fetched.
    folder
        Where the sieved file goes; several machines need one that they share.
    keep_all
        Keep every record.
    wanted
        PMIDs to keep whatever their record says: stored ones, which must not stay as they were.

    Raises
    ------
    InputError
        The file cannot be read at all.
    IncompleteError
        The server does not answer.
    """
    started = time.perf_counter()
    path = Path(source.path)
    md5 = published = published_md5(source.url) if source.url else None
    done = _done(sieved_path(Path(folder), path.name, md5, keep_all)) if md5 else None
    if done is None or not set(wanted) <= set(done.wanted):
        if source.url:
            download(source.url, path, md5)
        open_bytes(path).close()  # says in one sentence why a file cannot be read
        md5 = file_md5(path)
        done = _done(sieved_path(Path(folder), path.name, md5, keep_all))
    # no sum vouches for what came: if it cannot be read, the next run must fetch it again
    is_doubtful = source.url is not None and published is None
    if done is None or not set(wanted) <= set(done.wanted):
        wanted = {*wanted, *(done.wanted if done else ())}
        assert md5 is not None
        target = sieved_path(Path(folder), path.name, md5, keep_all)
        try:
            done = _read(path, target, md5, keep_all, sorted(wanted), started)
        except InputError as error:
            if not is_doubtful:
                raise
            path.unlink(missing_ok=True)
            raise InputError(
                f"{source.url} sent no file that can be read ({error}); end the address of a "
                "folder with a slash."
            ) from error
    if is_doubtful and done.problems:
        path.unlink(missing_ok=True)
    return done


def _done(path: Path) -> Sieved | None:
    if not path.is_file():
        return None
    try:
        return read_sieved(path)
    except InputError:
        return None  # made again


def _read(
    path: Path, target: Path, md5: str, keep_all: bool, wanted: Collection[str], started: float
) -> Sieved:
    # as `drmine import` does: what was kept once is known from there on
    known = set(wanted)
    passed_over: list[str] = []
    body = Body()
    with read_file(path, keep_all=keep_all, known=known, passed_over=passed_over.append) as reading:
        for entry in reading:
            if isinstance(entry, Record):
                known.add(entry.pmid)
            body.add(entry)
    packed, digest = body.finish()
    counts = reading.counts
    sieved = Sieved(
        path=str(target),
        name=path.name,
        md5=md5,
        order=nlm_file_order(path),
        read=counts.read,
        kept=counts.kept,
        passed_over=sum(counts.skipped.values()),
        deletions=counts.deleted,
        unreadable=counts.unreadable,
        entries=digest,
        seconds=round(time.perf_counter() - started, 3),
        problems=tuple(counts.problems),
        wanted=tuple(wanted),
    )
    write_sieved(sieved, packed, passed_over)
    return sieved
