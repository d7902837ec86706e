"""Which files a bulk run reads, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from drmine.bulk.listing import is_url, list_folder
from drmine.errors import InputError
from drmine.pubmed.files import nlm_order
from drmine.settings import at_home

ENDINGS = (".xml.gz", ".xml", ".nbib", ".nbib.gz", ".medline", ".medline.gz")
"""What is read of a folder; a file that is named itself may end as it likes."""

_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it is, or where it will be once it has come from ``url``."""

    path: str
    url: str | None = None

    @property
    def name(self) -> str:
        """The name by which people know the file; bytes that are no text stand as escapes."""
        return readable(Path(self.path).name)


def find_sources(places: Iterable[str | Path], downloads: Path) -> list[Source]:
    """Return the files of these places, NLM's numbered ones in their order, each once.

    Parameters
    ----------
    places
        Files, folders, addresses of files, and addresses of folders that list their files
        (these end with a slash).
    downloads
        Folder for what comes from a server.

    Raises
    ------
    InputError
        A place is not there, or a folder holds no such files.
    IncompleteError
        The server of a folder does not answer.
    """
    found: dict[Path, Source] = {}
    places = list(places)
    if not all(str(place).strip() for place in places) or not places:
        raise InputError("No file is named, or one by an empty name; name files or folders.")
    for place in places:
        for source in _sources_of(str(place), downloads):
            found.setdefault(Path(source.path), source)
    return [found[path] for path in nlm_order(found)]


def _sources_of(place: str, downloads: Path) -> Iterator[Source]:
    if is_url(place):
        if "@" in urlsplit(place).netloc:
            address = place.replace(
                urlsplit(place).netloc, urlsplit(place).netloc.rpartition("@")[2]
            )
            raise InputError(
                f"The address {address} comes with a password, which logs and pages would show; "
                "fetch the files yourself and name their folder."
            )
        urls = list_folder(place) if place.endswith("/") else [place]
        for url in urls:
            # the last part of an address alone: a server does not choose folders here
            name = Path(unquote(urlsplit(url).path)).name
            if name in ("", "..") or "\0" in name:
                raise InputError(f"{url} names no file; end the address of a folder with a slash.")
            yield Source(str(downloads.resolve() / name), url)
        return
    if _OTHER_SCHEME.match(place):
        raise InputError(
            f"{place} cannot be asked; give an https:// address (NLM serves the same files under "
            "https://ftp.ncbi.nlm.nih.gov/pubmed/), or a folder."
        )
    path = at_home(place)
    if not path.is_dir():
        # whether it can be read shows in its own task, so that the others go on
        yield Source(str(_absolute(path)))
        return
    files = [entry for entry in sorted(path.iterdir()) if _is_read(entry)]
    if not files:
        raise InputError(
            f"The folder {path} holds no PubMed files ({', '.join(ENDINGS)}); check the name."
        )
    for file in files:
        yield Source(str(_absolute(file)))


def readable(text: str) -> str:
    """Return a text with escapes for bytes that are no text, as names of files can hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _absolute(path: Path) -> Path:
    """Return a full path under the name that was given: the name of a link says NLM's order."""
    return path.parent.resolve() / path.name


def _is_read(entry: Path) -> bool:
    # macOS leaves a hidden twin (._NAME) beside each file that it copies to other disks
    name = entry.name.lower()
    return name.endswith(ENDINGS) and not name.startswith(".") and not entry.is_dir()
