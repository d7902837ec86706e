"""`drmine import` of files and of lists of PMIDs, and what `drmine query` asks of PubMed."""

from __future__ import annotations

import gzip

import pytest

from drmine.demo.eutils_xml import records_xml
from drmine.demo.server import EutilsServer
from drmine.records import Record
from drmine.store import Store
from running import ROOT, drmine, one_sentence

FIXTURES = ROOT / "tests" / "fixtures" / "pubmed"


def test_no_such_file(tmp_path):
    result = drmine("import", tmp_path / "none.xml", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "none.xml" in one_sentence(result)
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(("name", "content"), [("words.xml", b"just words"), ("empty.xml", b"")])
def test_a_file_that_holds_no_records(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    result = drmine("import", tmp_path / name, "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert name in one_sentence(result)
    assert not (tmp_path / "w").exists()


def test_a_file_of_which_nothing_is_kept_makes_no_workspace(tmp_path):
    nothing = FIXTURES / "empty_set.xml"
    result = drmine("import", nothing, "--workspace", tmp_path / "w")
    assert (result.returncode, result.stderr) == (0, "")
    assert "0 records read, 0 kept" in result.stdout
    assert "no workspace was made" in result.stdout
    assert not (tmp_path / "w").exists()
    one = FIXTURES / "deleted.xml"
    result = drmine("import", nothing, one, "--workspace", tmp_path / "w")
    assert result.returncode == 0
    assert "The store holds 1 record;" in result.stdout


def test_a_mistyped_file_makes_no_workspace_beside_the_database_of_a_team(tmp_path):
    url = f"sqlite:///{tmp_path / 'team.sqlite'}"
    Store.open(url).close()
    team = {"DRMINE_DATABASE_URL": url}
    names = ("none.xml", "--workspace", tmp_path / "w")
    result = drmine("import", *names, environment=team, cwd=tmp_path)
    assert result.returncode == 2
    assert not (tmp_path / "w").exists()
    names = (FIXTURES / "deleted.xml", "--workspace", tmp_path / "w")
    assert drmine("import", *names, environment=team).returncode == 0
    assert len(list((tmp_path / "w" / "runs").iterdir())) == 1


def test_a_bulk_file_that_is_not_there_makes_no_workspace(tmp_path):
    result = drmine("bulk", tmp_path / "none.xml.gz", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "none.xml.gz does not exist" in one_sentence(result)
    assert not (tmp_path / "w").exists()


def test_a_truncated_gzip_keeps_what_came_before(tmp_path):
    article = (
        "<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID><Article>"
        "<ArticleTitle>Invented: epilepsy that resists drugs {pmid}</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle>"
    )
    articles = "".join(article.format(pmid=99000001 + i) for i in range(4000))
    whole = gzip.compress(f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode())
    (tmp_path / "cut.xml.gz").write_bytes(whole[: len(whole) // 2])
    result = drmine("import", tmp_path / "cut.xml.gz", "--workspace", tmp_path / "w")
    assert result.returncode == 1
    assert "cut.xml.gz" in one_sentence(result)
    assert "The store holds" in result.stdout


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "bad.xml").write_text("no xml")
    good = Record("99000001", "Invented epilepsy")
    (tmp_path / "good.xml").write_bytes(records_xml([good]))
    result = drmine(
        "import", tmp_path / "bad.xml", tmp_path / "good.xml", "--workspace", tmp_path / "w"
    )
    assert result.returncode == 1
    assert "1 record read, 1 kept" in result.stdout


@pytest.fixture
def entrez():
    records = [
        Record(
            pmid=str(99_000_000 + number),
            title=f"Invented record {number} on refractory epilepsy",
            abstract="Nothing in this text has happened.",
            year=2001,
            date="2001-02-03",
            entered="2001-02-03",
            revised="2001-02-03",
            journal="Annals of Invented Epileptology",
            languages=("eng",),
            invented=True,
        )
        for number in range(1, 31)
    ]
    with EutilsServer(records) as server:
        yield {
            "DRMINE_EUTILS_URL": server.url,
            "DRMINE_EMAIL": "somebody@example.org",
            "DRMINE_REQUEST_ATTEMPTS": "2",
        }


def test_the_records_of_a_list_of_pmids_are_fetched(tmp_path, entrez):
    (tmp_path / "mine.csv").write_text("PMID,Title\n99000003,x\n99000007,y\n")
    workspace = tmp_path / "w"
    result = drmine("import", tmp_path / "mine.csv", "--workspace", workspace, environment=entrez)
    assert result.returncode == 0, result.stderr
    assert "2 records received, 2 new" in result.stdout
    with Store.open(workspace / "drmine.sqlite") as store:
        assert store.known_pmids() == {"99000003", "99000007"}


@pytest.mark.parametrize(
    ("name", "content", "named", "stored"),
    [
        ("not_served.txt", "99000001\n99000444\n", "99000444", 1),
        (
            "not_read.csv", "PMID,Title\nPMID: 99000003,x\n9.9E+07,y\n99000007,z\n",
            "row 3 ('9.9E+07')", 2,
        ),
    ],
)  # fmt: skip
def test_a_row_that_names_no_record_is_told_and_the_rest_is_kept(
    tmp_path, entrez, name, content, named, stored
):
    (tmp_path / name).write_text(content)
    result = drmine("import", tmp_path / name, "--workspace", tmp_path / "w", environment=entrez)
    assert result.returncode == 1
    assert named in one_sentence(result)
    assert f"{stored} new in the store" in result.stdout


def test_a_list_of_pmids_without_an_email_says_what_to_set(tmp_path):
    (tmp_path / "mine.txt").write_text("99000001\n")
    result = drmine("import", tmp_path / "mine.txt", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "DRMINE_EMAIL" in one_sentence(result)
    # it said that they had been fetched
    assert "1 PMID to fetch from PubMed" in result.stdout
    assert not (tmp_path / "w").exists()


def test_a_list_with_a_line_that_is_no_pmid_is_not_fetched(tmp_path, entrez):
    (tmp_path / "mine.txt").write_text("99000001\n99000x03\n")
    result = drmine(
        "import", tmp_path / "mine.txt", "--workspace", tmp_path / "w", environment=entrez
    )
    assert result.returncode == 2
    assert "(line 2)" in one_sentence(result)
    assert not (tmp_path / "w").exists()


def test_the_query_is_counted_by_year(entrez):
    result = drmine(
        "query", "--by-year", "--from", "2000", "--to", "2002", "--query", "epilep*[tiab]",
        environment=entrez,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[:5] == [
        "epilep*[tiab]", "year\trecords", "2000\t0", "2001\t30", "2002\t0"
    ]  # fmt: skip


def test_years_without_a_count_are_refused():
    result = drmine("query", "--from", "2002", "--to", "2005")
    assert result.returncode == 2
    assert "--from and --to need --by-year" in result.stderr


def test_a_count_says_what_pubmed_does_not_understand_of_the_query(entrez):
    years = ("--by-year", "--from", "2001", "--to", "2001")
    result = drmine("query", *years, "--query", "epilep*[tiaab]", environment=entrez)
    assert "PubMed remarks on the query: FieldNotFound: tiaab" in result.stdout


def test_years_out_of_order_are_refused(entrez):
    result = drmine("query", "--by-year", "--from", "2005", "--to", "2002", environment=entrez)
    assert result.returncode == 2
    assert "--from" in one_sentence(result)


def test_a_stored_record_that_is_revised_off_the_topic_is_not_left_as_it_was(tmp_path):
    workspace = tmp_path / "w"
    for name, title in (("one", "Invented epilepsy."), ("two", "Invented migraine.")):
        record = Record("99000001", title, journal="Annals of Invented Epileptology")
        (tmp_path / f"{name}.xml").write_bytes(records_xml([record]))
        result = drmine("import", tmp_path / f"{name}.xml", "--workspace", workspace)
        assert result.returncode == 0, result.stderr
    with Store.open(workspace / "drmine.sqlite") as store:
        assert store.get_record("99000001").title == "Invented migraine."
