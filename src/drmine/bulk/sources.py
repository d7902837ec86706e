"""Which files a bulk run reads, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from drmine.bulk.download import is_url, list_folder
from drmine.errors import InputError
from drmine.pubmed.files import nlm_order

ENDINGS = (".xml.gz", ".xml", ".nbib", ".nbib.gz", ".medline", ".medline.gz")
"""What is read of a folder; a file that is named itself may end as it likes."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it is, or where it will be once it has come from ``url``."""

    path: str
    url: str | None = None

    @property
    def name(self) -> str:
        """The name by which people know the file."""
        return Path(self.path).name


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
    for place in places:
        for source in _sources_of(str(place), downloads):
            found.setdefault(Path(source.path), source)
    return [found[path] for path in nlm_order(found)]


def _sources_of(place: str, downloads: Path) -> Iterator[Source]:
    if is_url(place):
        urls = list_folder(place) if place.endswith("/") else [place]
        for url in urls:
            # the last part of an address alone: a server does not choose folders here
            name = Path(unquote(urlsplit(url).path)).name
            yield Source(str((downloads / name).resolve()), url)
        return
    path = Path(place)
    if not path.is_dir():
        # whether it can be read shows in its own task, so that the others go on
        yield Source(str(path.resolve()))
        return
    files = [entry for entry in sorted(path.iterdir()) if entry.name.lower().endswith(ENDINGS)]
    if not files:
        raise InputError(
            f"The folder {path} holds no PubMed files ({', '.join(ENDINGS)}); check the name."
        )
    for file in files:
        yield Source(str(file.resolve()))
