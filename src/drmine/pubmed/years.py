"""How many records a query finds in each year: asked of PubMed, told line by line."""

from __future__ import annotations

from datetime import UTC, datetime

from drmine.errors import ConfigurationError
from drmine.pubmed.dates import FIRST_YEAR
from drmine.pubmed.entrez import EntrezClient
from drmine.pubmed.query import Query
from drmine.pubmed.search import count_by_year
from drmine.settings import Settings
from drmine.terminal import Say


def tell_years(settings: Settings, query: Query, first: int, last: int | None, say: Say) -> None:
    """Say year and number of records, divided by a tab, one request a year, and PubMed's remarks.

    Raises
    ------
    ConfigurationError
        If the years are out of order or out of PubMed, or no e-mail is set.
    """
    this_year = datetime.now(UTC).year
    last = this_year if last is None else last
    if not FIRST_YEAR <= first <= last <= this_year + 1:
        raise ConfigurationError(
            f"The years {first} to {last} make no span; give --from and --to between "
            f"{FIRST_YEAR} and {this_year + 1}, in order."
        )
    client = EntrezClient.from_settings(settings)
    say("year\trecords")
    for year, n in count_by_year(client, query.text, range(first, last + 1)):
        say(f"{year}\t{n}")
    # a field that PubMed does not know, or words that it passes over, change what is counted
    for remark in client.search(query.text, retmax=0).warnings:
        say(f"PubMed remarks on the query: {remark}")
    say("A record with its electronic and printed date in two years counts in both.")
