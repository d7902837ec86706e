"""Who is given which record, where several review at once."""

from __future__ import annotations

from dataclasses import replace

from app_client import ORIGIN, next_of
from review_samples import decision, pmid, record
from review_server import decide, form_of, sign_in
from starlette.testclient import TestClient

from drmine.review.decisions.files import append_decision, append_decisions
from drmine.review.queue.entries import QueueEntry
from drmine.store import Store


def test_a_record_deleted_since_the_draw_does_not_stop_the_queue(space, browser) -> None:
    client = browser()
    assert client.get("/next").url.path == f"/record/{pmid(0)}"
    fields = form_of(client.get(f"/record/{pmid(0)}").text) | {"do": "save"}
    append_decisions(
        space.root / "reviews",
        [decision(record(5), "bert"), decision(record(5), "carl", findings=())],
    )
    assert 'To settle <span class="count">1</span>' in client.get("/progress").text
    with Store.open(space.root / "drmine.sqlite") as store:
        store.delete_records([pmid(0), pmid(5)], "later")
    answer = client.post(f"/record/{pmid(0)}", data=fields)
    assert answer.status_code == 404 and "nothing was saved" in answer.text
    assert client.get("/next").url.path == f"/record/{pmid(1)}"
    # what cannot be shown is not to be settled, and after a new start not in the counts
    assert "To settle</a>" in client.get("/progress").text
    assert "0 of 4" in browser("dora").get("/next").text


def test_two_reviewers_at_work_get_different_records(space, browser) -> None:
    client = browser()
    other = TestClient(client.app, base_url=ORIGIN)
    sign_in(other, "bert")
    for _ in range(3):
        mine, theirs = next_of(client), next_of(other)
        assert mine != theirs
        decide(client, mine)
        decide(other, theirs)
    assert len({one.pmid for one in space.decisions}) == 6
    assert next_of(client) == "progress"
    assert "All done" in client.get("/progress").text


def test_skipped_records_go_to_others_and_stay_listed(space, browser) -> None:
    space.queue(QueueEntry(pmid(0), "uncertain"))
    client = browser()
    decide(client, pmid(0), "skip")
    assert next_of(client) == "progress"
    page = client.get("/progress").text
    assert f"/record/{pmid(0)}" in page
    # a button that leads back to this page would say nothing
    assert "1 record is left." in page and "None of them is for you now" in page
    assert 'href="/next"' not in page
    other = TestClient(client.app, base_url=ORIGIN)
    sign_in(other, "bert")
    assert next_of(other) == pmid(0)


def test_a_record_that_a_reviewer_has_settled_is_not_one_that_they_skipped(space, browser) -> None:
    space.queue(QueueEntry(pmid(0), "disagreement"), QueueEntry(pmid(1), "random"))
    append_decisions(
        space.root / "reviews",
        [decision(record(0), "bert"), decision(record(0), "carl", findings=())],
    )
    client = browser()
    fields = form_of(client.get(f"/adjudicate/{pmid(0)}").text)
    client.post(f"/adjudicate/{pmid(0)}", data=fields | {"do": "reject"})
    assert space.decisions[-1].round == "adjudication"
    assert "Skipped by you" not in client.get("/progress").text


def test_a_record_skipped_before_its_text_changed_is_handed_out_not_listed(space, browser) -> None:
    skipped = replace(decision(record(0)), action="skip", text_sha256="0" * 64)
    append_decision(space.root / "reviews", skipped)
    space.queue(QueueEntry(pmid(0), "new", outdated="0" * 64))
    client = browser()
    assert "Skipped by you" not in client.get("/progress").text
    assert next_of(client) == pmid(0)


def test_a_record_skipped_since_its_text_changed_is_listed_as_skipped(space, browser) -> None:
    append_decision(space.root / "reviews", decision(record(0), text_sha256="0" * 64))
    space.queue(QueueEntry(pmid(0), "new", outdated="0" * 64))
    client = browser()
    decide(client, pmid(0), "skip")
    page = client.get("/progress").text
    # judged on an earlier text: neither done nor by this reviewer
    assert "Skipped by you" in page and "<td>0</td><td>1</td><td>0</td>" in page


def test_a_queue_that_somebody_wrote_by_hand_has_its_progress(space, browser) -> None:
    space.queue(QueueEntry(pmid(0), "chosen"))
    page = browser().get("/progress")
    assert page.status_code == 200 and "chosen" in page.text


def test_double_review_asks_two_and_never_the_same_one_twice(space, browser) -> None:
    space.queue(QueueEntry(pmid(0), "random", wanted=2))
    client = browser()
    decide(client, next_of(client))
    assert next_of(client) == "progress"
    other = TestClient(client.app, base_url=ORIGIN)
    sign_in(other, "bert")
    assert 'href="/next"' in other.get("/progress").text
    assert next_of(other) == pmid(0)
    page = client.get("/progress").text
    assert "None of them is for you now" in page and "open with other reviewers: 1" in page
    decide(other, pmid(0))
    assert [(one.reviewer, one.round) for one in space.decisions] == [
        ("anna", "double"), ("bert", "double"),
    ]  # fmt: skip


def test_decisions_that_others_append_are_seen_at_once(space, browser) -> None:
    client = browser()
    client.get("/progress")
    append_decision(space.root / "reviews", decision(record(0), "anna", note="from elsewhere"))
    assert "from elsewhere" in client.get(f"/record/{pmid(0)}").text
    path = space.root / "reviews" / "anna.jsonl"
    path.unlink()
    assert "from elsewhere" not in client.get(f"/record/{pmid(0)}").text


def test_a_name_in_other_capitals_goes_on_with_the_file_that_is_there(space, browser) -> None:
    append_decision(space.root / "reviews", decision(record(1), "Berta"))
    client = browser()
    sign_in(client, "berta")
    decide(client, pmid(0))
    assert {one.reviewer for one in space.decisions} == {"Berta"}
