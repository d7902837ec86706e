"""A harvest ends with every record once: through faults, stops, and from one run to the next."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from eutils_fixture import API_KEY, EMAIL, QUERY, client_for, invented, invented_many, pmids_of

from drmine.demo.faults import FAULT_KINDS, Faults
from drmine.demo.server import EutilsServer
from drmine.pubmed.batches import Batch, read_batch
from drmine.pubmed.harvest import (
    harvest,
    make_plan,
    resume_plan,
    save_plan,
    since_last_run,
    summarize,
)
from drmine.pubmed.query import default_query, query_from_text
from drmine.pubmed.retry import RetryPolicy
from drmine.pubmed.search import SearchResult

EPILEPSY = query_from_text(QUERY)


def test_the_default_query_harvests_records_on_resistance_alone(tmp_path):
    off_topic = invented(7, title="Invented record on gardening", abstract="")
    with EutilsServer([*invented_many(5), off_topic]) as server:
        result = harvest(default_query(), client_for(server), tmp_path)
    assert result.is_complete
    assert result.received == 5


@pytest.mark.parametrize("workers", [1, 3])
def test_every_record_comes_once_through_every_fault(tmp_path, workers):
    records = invented_many(300)
    faults = Faults(3, FAULT_KINDS, silence=0.3, retry_after=0)
    with EutilsServer(records, faults=faults) as server:
        client = client_for(server, timeout=0.15)
        result = harvest(EPILEPSY, client, tmp_path, batch_size=10, workers=workers)
    read = [record.pmid for batch in result.batches for record in read_batch(batch.path)]
    assert read == pmids_of(records)
    assert result.is_complete
    assert len(faults.counts) == len(FAULT_KINDS)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    records = invented_many(60)
    breakdown = Faults.script([None] * 4 + ["500"] * 100)
    with EutilsServer(records, faults=breakdown) as server:
        client = client_for(server, retry=RetryPolicy(attempts=2, base=0.001))
        first = harvest(EPILEPSY, client, tmp_path, batch_size=10)
        assert not first.is_complete
        assert len(first.batches) == 3
        assert first.not_fetched == tuple(pmids_of(records)[30:])
        assert any("again later" in problem for problem in first.problems)
        server.faults = None
        server.requests.clear()
        second = harvest(EPILEPSY, client, tmp_path, batch_size=10)
        assert second.is_complete
        assert second.received == 60
        assert [request.tool for request in server.requests] == ["efetch"] * 3


def test_the_leftovers_of_a_killed_process_are_cleared(tmp_path):
    folder = tmp_path / "batches"
    folder.mkdir()
    (folder / ".batch-00000-0.jsonl.gz.abc.tmp").write_bytes(b"half")
    with EutilsServer(invented_many(3)) as server:
        harvest(EPILEPSY, client_for(server), tmp_path)
    assert not list(folder.glob(".*"))


def test_a_plan_from_a_search_that_did_not_add_up_is_made_anew(tmp_path):
    with EutilsServer(invented_many(3)) as server:
        client = client_for(server)
        plan = make_plan(client, EPILEPSY)
        save_plan(tmp_path, replace(plan, pmids=plan.pmids[:1], is_complete=False))
        assert harvest(EPILEPSY, client, tmp_path).received == 3


def test_another_query_in_the_same_folder_is_searched_anew(tmp_path):
    with EutilsServer(invented_many(3)) as server:
        harvest(EPILEPSY, client_for(server), tmp_path)
        other = harvest(query_from_text("gardening"), client_for(server), tmp_path)
    assert other.plan.count == 0


def test_a_run_since_a_day_fetches_only_what_changed(tmp_path):
    with EutilsServer(invented_many(10)) as server:
        server.put(invented(4, title="Epilepsy, corrected", revised="2024-05-05"))
        result = harvest(EPILEPSY, client_for(server), tmp_path, since=date(2024, 5, 1))
    assert result.plan.pmids == ("99000004",)


def test_the_next_run_overlaps_the_last():
    assert since_last_run("2024-05-08") == date(2024, 5, 1)


def test_a_full_reconciliation_finds_new_vanished_and_deleted_records(tmp_path):
    with EutilsServer(invented_many(6)) as server:
        server.delete("99000002")
        server.put(invented(3, title="No longer about that", abstract=""))
        known, since = pmids_of(invented_many(5)), date(2024, 5, 1)
        result = harvest(
            EPILEPSY, client_for(server), tmp_path, known=known, since=since, full=True
        )
    assert result.plan.pmids == ("99000002", "99000003", "99000006")
    assert result.deleted == ("99000002",)
    assert result.missing == ()
    assert result.received == 2
    assert result.is_complete


def test_a_full_reconciliation_with_a_day_fetches_revisions_too(tmp_path):
    with EutilsServer(invented_many(4)) as server:
        server.put(invented(1, revised="2024-05-05"))
        known = pmids_of(invented_many(3))
        plan = make_plan(
            client_for(server), EPILEPSY, known=known, since=date(2024, 5, 1), full=True
        )
    assert plan.pmids == ("99000001", "99000004")
    assert plan.count == 4


@pytest.mark.parametrize("is_since", [True, False])
def test_a_full_reconciliation_is_not_whole_where_one_of_its_searches_is_not(monkeypatch, is_since):
    def search(_client, _query, since=None):
        return SearchResult(1, ("99000001",), is_complete=bool(since) != is_since)

    monkeypatch.setattr("drmine.pubmed.harvest.search", search)
    with EutilsServer([]) as server:
        plan = make_plan(client_for(server), EPILEPSY, since=date(2024, 5, 1), full=True)
    assert not plan.is_complete


@pytest.mark.parametrize("days", [-3, 3])
def test_the_next_run_counts_from_the_earlier_of_both_clocks(monkeypatch, days):
    found = SearchResult(0, (), is_complete=True)
    monkeypatch.setattr("drmine.pubmed.harvest.search", lambda *_, **__: found)
    today = datetime.now(UTC).date()
    with EutilsServer([]) as server:
        client = client_for(server)
        client.server_day = today + timedelta(days=days)
        plan = make_plan(client, EPILEPSY)
    assert plan.searched_on == min(today, client.server_day).isoformat()


def test_a_plan_since_another_day_is_not_gone_on_with(tmp_path):
    with EutilsServer(invented_many(2)) as server:
        save_plan(tmp_path, make_plan(client_for(server), EPILEPSY, since=date(2024, 5, 1)))
    assert resume_plan(tmp_path, EPILEPSY, date(2024, 5, 1), False) is not None
    for since in (date(2024, 4, 1), None):
        assert resume_plan(tmp_path, EPILEPSY, since, False) is None


def test_a_harvest_is_not_whole_with_a_record_set_aside_or_a_search_that_broke_off(tmp_path):
    with EutilsServer(invented_many(2)) as server:
        plan = make_plan(client_for(server), EPILEPSY)
    batch = Batch(tmp_path, plan.pmids, 2)
    aside = replace(batch, received=1, set_aside=plan.pmids[:1])
    for of, done, is_whole in (
        (plan, batch, True),
        (plan, aside, False),
        (replace(plan, is_complete=False), batch, False),
    ):
        assert summarize(of, plan.batches(), [done]).is_complete is is_whole


def test_a_full_reconciliation_without_a_day_fetches_known_records_too(tmp_path):
    with EutilsServer(invented_many(4)) as server:
        server.delete("99000002")
        known = pmids_of(invented_many(3))
        result = harvest(EPILEPSY, client_for(server), tmp_path, known=known, full=True)
    assert result.plan.pmids == tuple(pmids_of(invented_many(4)))
    assert result.deleted == ("99000002",)
    assert result.received == 3


def test_no_file_of_a_run_holds_the_email_or_the_key(tmp_path):
    with EutilsServer(invented_many(20), faults=Faults(4, ["500", "html"])) as server:
        server.spoil("99000003")
        client = client_for(server, api_key=API_KEY, retry=RetryPolicy(attempts=3, base=0.001))
        harvest(EPILEPSY, client, tmp_path, batch_size=5)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 6
    for path in files:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert EMAIL.encode() not in content
        assert API_KEY.encode() not in content


def test_a_plan_names_all_its_pmids(tmp_path):
    with EutilsServer(invented_many(3)) as server:
        harvest(EPILEPSY, client_for(server), tmp_path)
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert plan["pmids"] == pmids_of(invented_many(3))
