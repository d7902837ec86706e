"""A batch is one file with the records as they were asked for, whatever the server does."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from eutils_fixture import client_for, invented, invented_many, pmids_of

from drmine.demo.eutils_xml import error_xml
from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.errors import ConfigurationError, InputError
from drmine.pubmed.batches import batch_path, fetch_batch, read_batch, read_header, split_batches
from drmine.pubmed.entrez import Fetched, UnavailableError
from drmine.pubmed.invented import INVENTED_KEYWORD
from drmine.pubmed.retry import RetryPolicy


def test_a_batch_is_one_file_with_the_records_as_asked_for(tmp_path):
    records = invented_many(30)
    with EutilsServer(records) as server:
        batch = fetch_batch(client_for(server), pmids_of(records)[::-1], tmp_path, 4)
    assert batch.is_complete
    assert batch.received == 30
    assert list(tmp_path.iterdir()) == [batch.path]
    read = [replace(record, keywords=()) for record in read_batch(batch.path)]
    assert read == records[::-1]


def test_records_from_the_range_of_invented_pmids_stay_marked(tmp_path):
    with EutilsServer([invented(1, invented=False)]) as server:
        batch = fetch_batch(client_for(server), ["99000001"], tmp_path)
    (record,) = read_batch(batch.path)
    assert record.invented
    with EutilsServer([invented(1)]) as server:
        assert INVENTED_KEYWORD.encode() in client_for(server).fetch(["99000001"]).xml


def test_a_batch_that_is_there_is_not_fetched_again(tmp_path):
    with EutilsServer(invented_many(5)) as server:
        client = client_for(server)
        first = fetch_batch(client, pmids_of(invented_many(5)), tmp_path)
        before = first.path.read_bytes()
        again = fetch_batch(client, pmids_of(invented_many(5)), tmp_path)
        assert again.reused
        assert again == replace(first, reused=True)
        assert client.counts["requests"] == 1
        assert again.path.read_bytes() == before


def test_the_same_batch_is_the_same_file_at_any_time(tmp_path, monkeypatch):
    with EutilsServer(invented_many(5)) as server:
        client = client_for(server)
        one = fetch_batch(client, pmids_of(invented_many(5)), tmp_path / "one")
        monkeypatch.setattr(gzip.time, "time", lambda: 2e9)
        two = fetch_batch(client, pmids_of(invented_many(5)), tmp_path / "two")
    assert one.path.read_bytes() == two.path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:20],
        # what unpacks no more: zlib says it, not gzip
        lambda whole: whole[:10] + b"\xff" * 20 + whole[30:],
        lambda whole: gzip.compress(b"[]\n"),
        # its records lack what was not read then
        lambda whole: gzip.compress(
            gzip.decompress(whole).replace(b'"drmine_batch": 2', b'"drmine_batch": 1', 1)
        ),
    ],
    ids=["cut off", "overwritten", "other lines", "of an older drmine"],
)
def test_a_damaged_batch_is_fetched_again(tmp_path, damage):
    with EutilsServer(invented_many(5)) as server:
        client = client_for(server)
        path = fetch_batch(client, pmids_of(invented_many(5)), tmp_path).path
        whole = path.read_bytes()
        path.write_bytes(damage(whole))
        assert not fetch_batch(client, pmids_of(invented_many(5)), tmp_path).reused
        assert path.read_bytes() == whole


def test_other_pmids_make_another_file(tmp_path):
    assert batch_path(tmp_path, ["1", "2"]) != batch_path(tmp_path, ["1", "3"])


def test_pmids_are_cut_into_batches_once_each():
    assert split_batches(["1", "2", "1", "3"], 2) == [("1", "2"), ("3",)]


def test_deleted_records_are_listed_as_missing_after_three_requests(tmp_path):
    with EutilsServer(invented_many(5)) as server:
        server.delete("99000002", "99000004")
        client = client_for(server)
        batch = fetch_batch(client, pmids_of(invented_many(5)), tmp_path)
        assert batch.missing == ("99000002", "99000004")
        assert batch.is_complete
        assert [request.ids for request in server.requests[1:]] == [batch.missing] * 2


def test_a_record_left_out_by_mistake_is_recovered(tmp_path):
    with EutilsServer(invented_many(5)) as server:
        server.delete("99000002")
        client = client_for(server)
        answer = client.fetch

        def fetch(pmids, *, attempts=None):
            fetched = answer(pmids, attempts=attempts)
            server.put(invented(2))
            return fetched

        client.fetch = fetch
        batch = fetch_batch(client, pmids_of(invented_many(5)), tmp_path)
        assert batch.missing == ()
        assert batch.received == 5


def test_one_bad_record_is_set_aside_and_the_others_come(tmp_path):
    with EutilsServer(invented_many(20)) as server:
        server.spoil("99000013")
        client = client_for(server, retry=RetryPolicy(attempts=3, base=0.001))
        batch = fetch_batch(client, pmids_of(invented_many(20)), tmp_path / "batches")
    assert batch.set_aside == ("99000013",)
    assert batch.received == 19
    assert not batch.is_complete
    assert "ArticleTitel" in (tmp_path / "set_aside" / "99000013.txt").read_text()


def test_a_record_that_was_set_aside_gets_another_chance(tmp_path):
    pmids = pmids_of(invented_many(4))
    with EutilsServer(invented_many(4)) as server:
        client = client_for(server, retry=RetryPolicy(attempts=2, base=0.001))
        server.spoil("99000002")
        assert not fetch_batch(client, pmids, tmp_path / "batches").is_complete
        server.mend("99000002")
        batch = fetch_batch(client, pmids, tmp_path / "batches")
    assert batch.is_complete
    assert batch.received == 4


def test_a_server_that_spoils_everything_is_not_blamed_on_the_records(tmp_path):
    records = invented_many(40)
    with EutilsServer(records, faults=Faults(1, ["half-xml"])) as server:
        client = client_for(server, retry=RetryPolicy(attempts=2, base=0.001))
        with pytest.raises(UnavailableError, match="no record in a usable form"):
            fetch_batch(client, pmids_of(records), tmp_path / "batches")
    assert not list((tmp_path / "batches").glob("*.gz"))


def test_the_newest_version_of_a_record_is_kept(tmp_path):
    with EutilsServer([invented(1, version=2, title="Second version")]) as server:
        batch = fetch_batch(client_for(server), ["99000001"], tmp_path)
    (record,) = read_batch(batch.path)
    assert (record.version, record.title) == (2, "Second version")


class OneAnswer:
    """A server that gives the same answer to whatever it is asked."""

    base_url = "http://localhost/"

    def __init__(self, versions: str, pmids: tuple[str, ...]) -> None:
        articles = "".join(
            f'<PubmedArticle><MedlineCitation><PMID Version="{version}">99000001</PMID>'
            "</MedlineCitation></PubmedArticle>"
            for version in versions
        )
        self.answer = Fetched(f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode(), pmids)

    def fetch(self, pmids: object, *, attempts: int | None = None) -> Fetched:
        return self.answer


@pytest.mark.parametrize("versions", ["12", "21"])
def test_of_two_versions_in_one_answer_the_newer_is_kept(tmp_path, versions):
    batch = fetch_batch(OneAnswer(versions, ("99000001",) * 2), ["99000001"], tmp_path)
    assert [record.version for record in read_batch(batch.path)] == [2]


def test_a_record_that_came_and_cannot_be_read_does_not_pass_for_deleted(tmp_path):
    batch = fetch_batch(OneAnswer("", ("99000001",)), ["99000001"], tmp_path)
    assert (batch.missing, batch.set_aside) == ((), ("99000001",))


def test_a_file_of_another_kind_is_no_batch(tmp_path):
    path = tmp_path / "batch.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(InputError, match="not a batch file"):
        read_header(path)


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        EutilsServer(invented_many(1)) as server,
        pytest.raises(ConfigurationError, match="cannot"),
    ):
        fetch_batch(client_for(server), ["99000001"], tmp_path / "file" / "batches")


@pytest.mark.parametrize("status", [200, 400])
def test_a_server_that_says_that_no_pmid_exists_means_missing_records(tmp_path, status):
    with EutilsServer([]) as server:
        message = error_xml("eFetchResult", "ID list is empty! Possibly it has no correct IDs.")
        server.answer = lambda tool, form: (status, message)
        batch = fetch_batch(client_for(server), pmids_of(invented_many(7)), tmp_path)
    assert batch.missing == tuple(pmids_of(invented_many(7))) and batch.is_complete


def test_a_batch_of_which_nothing_came_is_asked_for_again(tmp_path):
    with EutilsServer([]) as server:
        client = client_for(server)
        assert fetch_batch(client, pmids_of(invented_many(3)), tmp_path).received == 0
        server.put(*invented_many(3))
        assert fetch_batch(client, pmids_of(invented_many(3)), tmp_path).received == 3
