import io
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from Bio import Entrez

from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.records import Record

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "entrez_responses"
RECORDS = [Record(str(99_000_000 + n), f"Epilepsy {n}", entered="2001-01-01") for n in range(1, 51)]


@pytest.fixture
def server():
    with EutilsServer(RECORDS) as running:
        yield running


def ask(server, tool, *, method="GET", **form):
    query = urllib.parse.urlencode({"db": "pubmed", **form})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"{server.url}{tool}.fcgi"
    if method == "POST":
        return opener.open(url, query.encode()).read()
    return opener.open(f"{url}?{query}").read()


def read(body):
    return Entrez.read(io.BytesIO(body))


def test_biopython_reads_its_searches(server):
    found = read(ask(server, "esearch", term="epilepsy"))
    assert found["Count"] == "50"
    assert len(found["IdList"]) == 20
    assert found["IdList"][0] == "99000050"


def test_pages_cover_the_hits_once(server):
    pages = [
        read(ask(server, "esearch", term="epilepsy", retstart=start, retmax=20))["IdList"]
        for start in (0, 20, 40, 60)
    ]
    assert [len(page) for page in pages] == [20, 20, 10, 0]
    assert len({pmid for page in pages for pmid in page}) == 50


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_biopython_reads_its_records(server, method):
    body = ask(server, "efetch", method=method, id="99000001,99000007", retmode="xml")
    titles = [
        str(article["MedlineCitation"]["Article"]["ArticleTitle"])
        for article in read(body)["PubmedArticle"]
    ]
    assert titles == ["Epilepsy 1", "Epilepsy 7"]


def test_records_that_are_not_there_are_left_out_without_a_word(server):
    server.delete("99000002")
    body = ask(server, "efetch", id="99000001,99000002,12", retmode="xml")
    assert re.findall(rb"<PMID[^>]*>(\d+)<", body) == [b"99000001"]


def test_a_search_past_the_limit_is_an_error_with_status_200():
    records = [Record(str(99_000_000 + n), "Epilepsy") for n in range(1, 10_101)]
    with EutilsServer(records) as server:
        last = read(ask(server, "esearch", term="epilepsy", retstart=9990, retmax=100))
        assert (last["Count"], last["RetMax"], len(last["IdList"])) == ("10100", "9", 9)
        with pytest.raises(RuntimeError, match="cannot be larger than 9998"):
            read(ask(server, "esearch", term="epilepsy", retstart=9999))


def test_the_history_serves_what_was_found_then(server):
    found = read(ask(server, "esearch", term="epilepsy", usehistory="y", retmax=0))
    server.put(Record("99000099", "Epilepsy 99"))
    form = {"WebEnv": found["WebEnv"], "query_key": found["QueryKey"], "retmax": 500}
    assert len(read(ask(server, "efetch", **form))["PubmedArticle"]) == 50


def test_a_history_that_is_not_kept_is_an_error_with_status_200(server):
    body = ask(server, "efetch", WebEnv="MCID_0", query_key="1")
    assert b"<ERROR>Unable to obtain query #1</ERROR>" in body


def test_dates_may_come_as_parameters(server):
    server.put(Record("99000099", "Epilepsy", entered="2009-01-01"))
    found = read(ask(server, "esearch", term="epilepsy", datetype="edat", mindate="2005"))
    assert found["Count"] == "1"


def test_wrong_requests_are_told_as_ncbi_tells_them(server):
    assert b"<ERROR>Empty term" in ask(server, "esearch", term="")
    assert b"<ERROR>Invalid db name" in ask(server, "esearch", db="pubmde", term="a")
    for tool, form in (("efetch", {"id": "none"}), ("elink", {})):
        with pytest.raises(urllib.error.HTTPError):
            ask(server, tool, **form)


def test_nothing_found_looks_like_the_real_answer(server):
    body = ask(server, "esearch", term="abcXYZ")
    found = read(body)
    assert found["ErrorList"]["PhraseNotFound"] == ["abcXYZ"]
    assert found["WarningList"]["OutputMessage"] == ["No items found."]


def test_a_query_with_nothing_new_is_no_unknown_phrase(server):
    # each refresh that found nothing new told so in its notes, and in the report
    body = ask(server, "esearch", term='(epilepsy[tiab]) AND ("2030/01/01"[EDAT] : "3000"[EDAT])')
    assert read(body)["Count"] == "0" and b"PhraseNotFound" not in body


def test_it_refuses_more_requests_a_second_than_allowed():
    with EutilsServer(RECORDS, allowed_rate=3) as server:
        for _ in range(3):
            ask(server, "esearch", term="epilepsy")
        with pytest.raises(urllib.error.HTTPError, match="429"):
            ask(server, "esearch", term="epilepsy")
        assert server.most_in_a_second() == 4


def test_faults_take_turns_at_their_rate():
    faults = Faults(4, ["500", "html"])
    assert [faults.next() for _ in range(9)] == [
        None, None, None, "500", None, None, None, "html", None,
    ]  # fmt: skip


def test_it_writes_nothing_down_of_who_asks(server, capfd):
    ask(server, "esearch", term="epilepsy", email="somebody@example.org", api_key="secret")
    assert server.requests[0].has_email
    assert server.requests[0].has_key
    assert "example" not in repr(server.requests)
    assert "secret" not in repr(server.requests)
    assert capfd.readouterr() == ("", "")


def elements(body):
    """The elements of an answer in the order of first appearance, without the translations."""
    body = re.sub(rb"<Translation(Set|Stack)>.*</Translation\1>", b"", body, flags=re.DOTALL)
    return list(dict.fromkeys(re.findall(rb"<(\w+)", body)))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("esearch1.xml", {"term": "epilepsy"}),
        ("esearch2.xml", {"term": "epilepsy", "usehistory": "y"}),
        ("esearch8.xml", {"term": "abcXYZ"}),
    ],
)
def test_its_searches_have_the_elements_of_real_ones_in_their_order(server, name, form):
    if not REAL.is_dir():
        pytest.skip("the real answers of E-utilities are not beside the project")
    ours = [name for name in elements(ask(server, "esearch", **form)) if name != b"TranslationSet"]
    theirs = elements((REAL / name).read_bytes())
    assert ours == [name for name in theirs if not name.startswith(b"Translation")]
