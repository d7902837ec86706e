"""What a page shows of a record, and of one whose text has changed since it was drawn."""

from __future__ import annotations

import dataclasses
import re

from app_client import ORIGIN, next_of
from review_samples import decision, pmid, record
from review_server import Workspace, decide, form_of, sign_in
from starlette.testclient import TestClient

from drmine.review.decisions.decision import DecidedFinding
from drmine.review.decisions.files import append_decision, append_decisions
from drmine.review.pages.app import Options, create_app, make_site
from drmine.review.queue.entries import QueueEntry
from drmine.settings import Settings
from drmine.store import Store


def test_a_page_says_whether_all_or_some_papers_are_made_up(tmp_path, browser) -> None:
    assert "every paper here was made up" in browser().get("/").text
    mixed = Workspace(tmp_path / "mixed", [record(0), record(1, pmid="11", invented=False)])
    site = make_site(Settings(workspace=mixed.root), Options())
    client = TestClient(create_app(site, Options()), base_url=ORIGIN)
    sign_in(client, "anna")
    page = client.get("/").text
    assert "Some records are invented" in page
    assert "every paper here" not in page
    assert "<title>PARTLY INVENTED" in page
    site.store.close()


def test_a_page_says_whether_its_record_counts(space, browser) -> None:
    preprint = {"publication_types": ("Preprint",)}
    with Store.open(space.root / "drmine.sqlite") as store:
        changed = [
            record(0, **preprint, updates=(f"UpdateIn:{pmid(1)}",)),
            record(2, **preprint, updates=("UpdateIn:77",)),
            record(3, retraction="retracted"),
            record(4, retraction="expression_of_concern"),
            record(5, is_erratum=True),
        ]
        store.upsert_records(changed, "another-run")
    client = browser()
    for n, said in (
        (0, f'Preprint of <a href="/record/{pmid(1)}">{pmid(1)}</a>'),
        (2, "No paper of this store is linked to it by PubMed, so it counts."),
        (3, "Marked by PubMed: retracted; no count includes it, whatever is decided here."),
        (4, "Marked by PubMed: expression of concern; it counts as evidence all the same."),
        (5, "Marked by PubMed: erratum; no count includes it, whatever is decided here."),
    ):
        page = client.get(f"/record/{pmid(n)}").text
        assert said in page
        assert ("No count includes this record" in page) is (n == 0)
    page = client.get(f"/record/{pmid(1)}").text
    assert "Preprint" not in page and "Marked by PubMed" not in page


def test_progress_says_what_each_sample_is_for(space, browser) -> None:
    space.queue(QueueEntry(pmid(0), "random"), QueueEntry(pmid(1), "influential"))
    page = browser().get("/progress").text
    assert "drawn at random: only these tell how often the machine errs" in page
    assert "a trend would move most if the machine were wrong" in page
    assert "the machine is unsure" not in page


def test_a_record_without_an_english_title_shows_the_one_it_came_with(space, browser) -> None:
    with Store.open(space.root / "drmine.sqlite") as store:
        bare = record(2, title="", vernacular_title="Erfundene Anfälle.", revised="2030-01-01")
        store.upsert_records([bare], "later")
    client = browser()
    page = client.get(f"/record/{pmid(2)}").text
    assert "(no title)" in page and "<bdi>Erfundene Anfälle.</bdi>" in page
    assert "In the original language" not in client.get(f"/record/{pmid(1)}").text
    client.post(f"/record/{pmid(2)}", data=form_of(page) | {"do": "skip"})
    assert f'<a href="/record/{pmid(2)}"><bdi>(no title)</bdi></a>' in client.get("/progress").text


def test_a_label_of_a_section_is_on_the_page(browser) -> None:
    page = browser().get(f"/record/{pmid(0)}").text
    assert re.search(r'<b class="between" dir="auto">CONCLUSION:</b>\s*<span class="s"', page)


def test_a_text_that_changed_under_the_reviewer_is_not_decided_upon(space, browser) -> None:
    client = browser()
    fields = form_of(client.get(f"/record/{pmid(0)}").text) | {"do": "save"}
    with Store.open(space.root / "drmine.sqlite") as store:
        store.upsert_records(
            [dataclasses.replace(record(0), abstract="Other.", revised="2030-01-01")], "later"
        )
    answer = client.post(f"/record/{pmid(0)}", data=fields)
    assert answer.status_code == 409 and "has changed since you opened it" in answer.text
    assert space.decisions == []


def test_a_record_whose_text_changed_is_asked_again_of_its_reviewer(space, browser) -> None:
    append_decision(space.root / "reviews", decision(record(0), "anna", text_sha256="0" * 64))
    space.queue(QueueEntry(pmid(0), "new", outdated="0" * 64))
    client = browser()
    assert next_of(client) == pmid(0)
    assert "The text has changed since you decided" in client.get(f"/record/{pmid(0)}").text
    decide(client, pmid(0))
    assert next_of(client) == "progress"


def test_evidence_on_an_earlier_text_is_to_be_chosen_anew(space, browser) -> None:
    old = [decision(record(0), name, text_sha256="0" * 64) for name in ("anna", "bert")]
    append_decisions(space.root / "reviews", old)
    client = browser()
    page = client.get(f"/record/{pmid(0)}").text
    fields = form_of(page)
    assert (fields["stance_target"], fields["evidence_target"]) == ("refutes", "")
    assert "choose the evidence anew" in page
    client.post(f"/record/{pmid(0)}", data=fields | {"do": "save"})
    assert space.decisions[-1].findings == (DecidedFinding("target", "refutes", "congenital"),)
    # nor does it come by settling
    page = client.get(f"/adjudicate/{pmid(0)}").text
    assert form_of(page)["evidence_target"] == "" and "P-glycoprotein</q>" not in page


def test_labels_of_an_earlier_text_are_no_proposal_for_the_present_one(space, browser) -> None:
    # as between fetching and labelling, or after a run that was stopped there
    longer = f"One more sentence. {record(0).abstract}"
    with Store.open(space.root / "drmine.sqlite") as store:
        newer = dataclasses.replace(record(0), abstract=longer, revised="2030-01-01")
        store.upsert_records([newer], "later")
    client = browser()
    page = client.get(f"/record/{pmid(0)}").text
    assert "has not labelled this record yet" in page and "<mark" not in page
    assert "h_transporter" not in form_of(page)
    decide(client, pmid(0), about="yes")
    (made,) = space.decisions
    assert (made.action, made.findings, made.machine, made.fingerprint) == ("reject", (), None, "")
