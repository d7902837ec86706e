"""Find every PMID that a query matches, also beyond the 9,999 that PubMed lists at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from drmine.pubmed.checks import SearchAnswer
from drmine.pubmed.entrez import SEARCH_LIMIT

# PMIDs have one to eight digits
LAST_PMID = 99_999_999
# a search whose parts do not add up is repeated: records may have come in meanwhile
ROUNDS = 3


class Searches(Protocol):
    """What a search needs of a client."""

    def search(self, term: str, *, retmax: int = ...) -> SearchAnswer:
        """Return count and PMIDs of one request."""
        ...


@dataclass(frozen=True, slots=True)
class SearchResult:
    """All PMIDs of a query, ascending, and whether these are all that PubMed counted."""

    count: int
    pmids: tuple[str, ...] = field(repr=False)
    is_complete: bool
    problems: tuple[str, ...] = ()


def since_clause(day: date) -> str:
    """Return a clause for records that entered or changed on or after a day.

    The entry date alone is not enough: for a record that comes more than twelve months after
    publication, PubMed sets it back to the publication date; the creation date stays.
    """
    start = day.strftime("%Y/%m/%d")
    return "(" + " OR ".join(f"{start}:3000[{tag}]" for tag in ("EDAT", "CRDT", "MDAT")) + ")"


def search(
    client: Searches, query: str, *, since: date | None = None, limit: int = SEARCH_LIMIT
) -> SearchResult:
    """Return every PMID that matches a query.

    A search with more hits than ``limit`` is split by PMID range (a record has one PMID, but
    up to two publication dates) until each part fits, and the parts must add up.

    Parameters
    ----------
    client
        An :class:`~drmine.pubmed.entrez.EntrezClient`.
    query
        A query in PubMed's language.
    since
        Only records that entered or changed on or after this day.
    limit
        Most PMIDs that one answer may hold.
    """
    term = f"({query}) AND {since_clause(since)}" if since else query
    problems: list[str] = []
    warnings: tuple[str, ...] = ()
    found: set[str] = set()
    count = 0
    for _ in range(ROUNDS):
        whole = client.search(term, retmax=limit)
        if whole.count == 0:
            # "nothing found" would end a run as if all were well: ask once more
            whole = client.search(term, retmax=limit)
        count, warnings = whole.count, whole.warnings
        problems = []
        if whole.count <= limit:
            found = set(whole.pmids)
        else:
            found = _split(client, term, 1, LAST_PMID, whole, limit, problems)
        if len(found) != count:
            problems.append(f"PubMed counts {count} hits but lists {len(found)} PMIDs")
        if not problems:
            break
    pmids = tuple(sorted(found, key=int))
    return SearchResult(count, pmids, not problems, (*problems, *warnings))


def _split(
    client: Searches,
    term: str,
    low: int,
    high: int,
    answer: SearchAnswer,
    limit: int,
    problems: list[str],
) -> set[str]:
    """Search two halves of a PMID range; ``answer`` is that of the whole range.

    The halves meet at the median of the PMIDs that the answer listed. PubMed lists the newest
    first, so each split takes off a part that fits, however unevenly the PMIDs lie.
    """
    inside = sorted(int(pmid) for pmid in answer.pmids if low <= int(pmid) <= high)
    middle = inside[len(inside) // 2] if inside else (low + high) // 2
    middle = min(max(middle, low + 1), high)
    found: set[str] = set()
    total = 0
    for start, stop in ((low, middle - 1), (middle, high)):
        part = client.search(f"({term}) AND {start}:{stop}[UID]", retmax=limit)
        total += part.count
        if part.count <= limit:
            found.update(part.pmids)
        elif start < stop:
            found |= _split(client, term, start, stop, part, limit, problems)
        else:
            problems.append(f"PMID {start} alone is counted {part.count} times")
    if total != answer.count:
        problems.append(
            f"PMIDs {low} to {high}: the parts add up to {total} where {answer.count} were counted"
        )
    return found


def count_by_year(client: Searches, query: str, years: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield year and number of hits, each as it comes (one request a year).

    A record with an electronic and a printed date in different years counts in both.
    """
    for year in years:
        yield year, client.search(f"({query}) AND {year}[PDAT]", retmax=0).count
