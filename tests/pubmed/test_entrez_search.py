from datetime import date

import pytest
from eutils_fixture import QUERY, client_for, invented, invented_many
from hypothesis import given
from hypothesis import strategies as st

from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.pubmed.checks import SearchAnswer
from drmine.pubmed.search import count_by_year, search, since_clause


class FakePubMed:
    """Answers ``(q) AND low:high[UID]`` from a set of PMIDs, newest first."""

    def __init__(self, pmids, limit):
        self.pmids, self.limit, self.asked = sorted(pmids, reverse=True), limit, 0

    def search(self, term, *, retmax):
        self.asked += 1
        low, high = 1, 10**9
        if "[UID]" in term:
            low, high = map(int, term.rsplit(" ", 1)[1].removesuffix("[UID]").split(":"))
        hits = [pmid for pmid in self.pmids if low <= pmid <= high]
        shown = hits[: min(retmax, self.limit)]
        return SearchAnswer(len(hits), tuple(map(str, shown)))


@given(
    st.sets(st.integers(1, 99_999_999), max_size=120)
    | st.sets(st.integers(40_000_000, 40_000_200), max_size=120),
    st.integers(1, 15),
)
def test_any_set_of_pmids_comes_whole_through_any_limit(pmids, limit):
    result = search(FakePubMed(pmids, limit), "q", limit=limit)
    assert result.is_complete
    assert result.count == len(pmids)
    assert [int(pmid) for pmid in result.pmids] == sorted(pmids)


def test_a_search_beyond_the_limit_costs_few_requests():
    pubmed = FakePubMed(range(1_000_000, 1_100_000), 9_999)
    assert len(search(pubmed, "q").pmids) == 100_000
    assert pubmed.asked < 50


def test_more_than_ten_thousand_hits_come_from_the_server_whole():
    records = [invented(number * 7) for number in range(1, 12_001)]
    with EutilsServer(records) as server:
        result = search(client_for(server), QUERY)
    assert result.is_complete
    assert result.pmids == tuple(record.pmid for record in records)


def test_parts_that_never_add_up_are_told():
    class Leaky(FakePubMed):
        def search(self, term, *, retmax):
            answer = super().search(term, retmax=retmax)
            if "[UID]" in term and answer.count:
                return SearchAnswer(answer.count - 1, answer.pmids[: answer.count - 1])
            return answer

    result = search(Leaky(range(1, 101), 30), "q", limit=30)
    assert not result.is_complete
    assert any("add up" in problem for problem in result.problems)


def test_parts_that_add_up_at_the_second_try_are_complete():
    pubmed = FakePubMed(range(1, 101), 30)
    first = FakePubMed(range(1, 100), 30)
    answers = iter([first.search("q", retmax=30)])

    class Growing:
        def search(self, term, *, retmax):
            return next(answers, None) or pubmed.search(term, retmax=retmax)

    result = search(Growing(), "q", limit=30)
    assert result.is_complete
    assert len(result.pmids) == 100


def test_nothing_found_is_asked_twice():
    answers = [SearchAnswer(0, ()), SearchAnswer(2, ("5", "3"))]

    class Flaky:
        def search(self, term, *, retmax):
            return answers.pop(0) if len(answers) > 1 else answers[0]

    assert search(Flaky(), "q").pmids == ("3", "5")


def test_a_pmid_that_is_listed_twice_does_not_stand_for_one_that_is_not():
    class Doubling:
        def search(self, term, *, retmax):
            return SearchAnswer(3, ("5", "5", "3"))

    result = search(Doubling(), "q")
    assert not result.is_complete
    assert result.problems == ("PubMed counts 3 hits but lists 2 PMIDs",)


def test_only_what_is_new_or_revised_is_found_since_a_day():
    records = [
        invented(1),
        invented(2, entered="2024-03-01", revised="2024-03-01"),
        invented(3, revised="2024-06-30"),
    ]
    with EutilsServer(records) as server:
        result = search(client_for(server), QUERY, since=date(2024, 2, 28))
    assert result.pmids == ("99000002", "99000003")


def test_the_creation_date_is_searched_besides_the_entry_date():
    # PubMed sets the entry date of late comers back to their publication date
    assert "2024/02/28:3000[CRDT]" in since_clause(date(2024, 2, 28))


def test_a_query_with_an_unknown_field_is_told():
    with EutilsServer(invented_many(2)) as server:
        result = search(client_for(server), "epilepsy[tittle]")
    assert result.problems == ("FieldNotFound: tittle",)


def test_hits_are_counted_by_year():
    records = [*invented_many(3), invented(9, date="2003-01", year=2003)]
    with EutilsServer(records) as server:
        counts = dict(count_by_year(client_for(server), QUERY, range(2001, 2004)))
    assert counts == {2001: 3, 2002: 0, 2003: 1}


@pytest.mark.parametrize("every", [2, 3])
def test_a_split_search_survives_faults(every):
    kinds = ["500", "half-xml", "empty", "html", "reset"]
    with EutilsServer(invented_many(10_500), faults=Faults(every, kinds)) as server:
        assert len(search(client_for(server), QUERY).pmids) == 10_500
