"""The pages as a browser meets them: what is saved, once, and what is refused."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from review_samples import decision, pmid, record
from review_server import Workspace, decide, form_of, sign_in
from starlette.testclient import TestClient

from drmine.errors import ConfigurationError
from drmine.review.app import Options, create_app, make_site
from drmine.review.decision_files import append_decision, append_decisions
from drmine.review.decisions import DecidedFinding, decisions_schema
from drmine.review.queue import QueueEntry
from drmine.settings import Settings
from drmine.store import Store

ORIGIN = "http://127.0.0.1:8765"
TOKEN = "a-token-of-some-length"
Open = Callable[..., TestClient]


@pytest.fixture
def space(either_database: str, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work", 6)


@pytest.fixture
def browser(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens a browser of its own, signed in under a name."""
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    sites = []

    def open_(name: str = "anna", **options: object) -> TestClient:
        chosen = Options(**options)  # type: ignore[arg-type]
        site = make_site(Settings(workspace=space.root), chosen)
        sites.append(site)
        client = TestClient(create_app(site, chosen), base_url=ORIGIN)
        if name:
            sign_in(client, name, **({"token": TOKEN} if chosen.token else {}))
        return client

    yield open_
    for site in sites:
        site.store.close()


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


# What is saved


def test_accepting_keeps_what_the_machine_said(space, browser) -> None:
    answer = decide(browser(), pmid(0))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/next?saved={pmid(0)}")
    (one,) = space.decisions
    assert (one.action, one.reviewer, one.round) == ("accept", "anna", "review")
    assert (one.sample, one.weight) == ("random", 2.0)
    (finding,) = one.findings
    assert (finding.id, finding.stance, finding.origin) == ("transporter", "supports", "acquired")
    text = record(0).text
    assert text[finding.evidence[0] : finding.evidence[1]].startswith("ABCB1 was higher")
    assert one.machine == (
        {"id": "transporter", "score": 0.7, "stance": "supports", "origin": "acquired"},
    )
    assert one.fingerprint == "invented-machine"
    assert one.taxonomy == "drug_resistant_epilepsy/1.0"


def test_a_saved_line_is_of_the_published_schema(space, browser) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    client = browser()
    decide(client, pmid(0), note="β\r\nγ")
    decide(client, pmid(1), "reject")
    decide(client, pmid(2), "skip")
    client.post("/undo", data=form_of(client.get(f"/record/{pmid(3)}").text, "undo"))
    assert [one.action for one in space.decisions] == ["accept", "reject", "skip", "undo"]
    for one in space.decisions:
        jsonschema.validate(json.loads(json.dumps(one.to_json())), decisions_schema())


def test_changing_rejecting_and_skipping(space, browser) -> None:
    client = browser()
    decide(client, pmid(0), stance_transporter="mixed", study_type="animal", note="on one side")
    decide(client, pmid(1), "reject")
    decide(client, pmid(2), "off_topic")
    decide(client, pmid(3), "skip")
    decide(client, pmid(4), h_target="on", stance_target="neutral", evidence_target="0-14")
    found = {one.pmid: one for one in space.decisions}
    assert [found[pmid(n)].action for n in range(5)] == [
        "change", "reject", "reject", "skip", "change",
    ]  # fmt: skip
    assert found[pmid(0)].study_type == "animal" and found[pmid(0)].note == "on one side"
    assert [found[pmid(n)].about_drug_response for n in (1, 2, 3)] == [True, False, None]
    assert [one.id for one in found[pmid(4)].findings] == ["transporter", "target"]
    assert found[pmid(4)].findings[1].evidence == (0, 14)


def test_what_cannot_be_so_is_asked_again_with_what_was_entered(space, browser) -> None:
    client = browser()
    answer = decide(client, pmid(0), h_target="on", note="half done")
    assert answer.status_code == 422
    assert "Choose a stance for Drug target" in answer.text and "half done" in answer.text
    assert form_of(answer.text)["h_target"] == "on"
    assert decide(client, pmid(0), about="no").status_code == 422
    assert space.decisions == []


def test_nonsense_in_a_form_counts_as_not_said(space, browser) -> None:
    decide(browser(), pmid(0), origin_transporter="<b>", study_type="novel",
           evidence_transporter="5-9999999999999999999999999", h_ghost="on")  # fmt: skip
    (one,) = space.decisions
    assert (one.study_type, one.findings[0].origin) == (None, "unspecified")
    assert one.findings[0].evidence is None and len(one.findings) == 1


def test_the_same_form_sent_twice_is_one_decision(space, browser) -> None:
    client = browser()
    fields = form_of(client.get(f"/record/{pmid(0)}").text) | {"do": "save"}
    for _ in range(3):
        answer = client.post(f"/record/{pmid(0)}", data=fields, follow_redirects=False)
        assert answer.status_code == 303
    assert len(space.decisions) == 1


def test_an_old_form_sent_with_something_else_loses_nothing(space, browser) -> None:
    client = browser()
    fields = form_of(client.get(f"/record/{pmid(0)}").text) | {"do": "save"}
    other = fields | {"stance_transporter": "refutes"}
    for sent in (fields, other, fields, other):
        client.post(f"/record/{pmid(0)}", data=sent)
    assert [one.findings[0].stance for one in space.decisions] == ["supports", "refutes"]


def test_a_form_may_be_sent_to_a_server_that_was_started_anew(space, browser) -> None:
    first = browser()
    fields = form_of(first.get(f"/record/{pmid(0)}").text) | {"do": "save"}
    second = browser("")
    second.cookies = first.cookies
    assert second.post(f"/record/{pmid(0)}", data=fields).status_code == 200
    assert len(space.decisions) == 1


def test_a_new_decision_replaces_the_earlier_one_and_shows_it(space, browser) -> None:
    client = browser()
    decide(client, pmid(0), stance_transporter="mixed")
    page = client.get(f"/record/{pmid(0)}").text
    assert "You decided on this record" in page
    assert form_of(page)["stance_transporter"] == "mixed"
    decide(client, pmid(0), stance_transporter="refutes")
    assert [one.findings[0].stance for one in space.decisions] == ["mixed", "refutes"]
    assert [one.sample for one in space.decisions] == ["random", "random"]


def test_undo_takes_back_one_decision_however_often_it_is_sent(space, browser) -> None:
    client = browser()
    decide(client, pmid(0))
    decide(client, pmid(1))
    undo = form_of(client.get(f"/record/{pmid(2)}").text, "undo")
    for _ in range(2):
        answer = client.post("/undo", data=undo, follow_redirects=False)
        assert answer.headers["location"] == f"/record/{pmid(1)}"
    assert [one.action for one in space.decisions] == ["accept", "accept", "undo"]
    assert space.decisions[2].undoes == space.decisions[1].id
    decide(client, pmid(1), "reject")
    assert [one.action for one in space.decisions][-1] == "reject"


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


def test_a_full_disk_is_said_and_nothing_pretended(space, browser, monkeypatch) -> None:
    client = browser()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("drmine.review.decision_files.append_decision", full)
    answer = decide(client, pmid(0))
    assert answer.status_code == 507 and "is not saved" in answer.text


def test_a_clock_that_was_set_back_does_not_bring_an_old_decision_back(space, browser) -> None:
    append_decision(
        space.root / "reviews", decision(record(0), "anna", time="2999-01-01T00:00:00+00:00")
    )
    decide(browser(), pmid(0), "reject")
    assert space.decisions[-1].action == "reject"
    assert space.decisions[-1].time > "2999-01-01T00:00:00+00:00"


# What is handed out


def next_of(client: TestClient) -> str:
    return client.get("/next", follow_redirects=False).headers["location"].rpartition("/")[2]


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


# Double-blind, and settling


def test_blind_reviewers_see_neither_the_machine_nor_each_other(space, browser) -> None:
    append_decision(space.root / "reviews", decision(record(0), "bertram", note="a strong view"))
    client = browser(blind=True)
    page = client.get(f"/record/{pmid(0)}").text
    fields = form_of(page)
    assert "about" not in fields and "h_transporter" not in fields
    assert fields["study_type"] == "" and not any(fields[f] for f in fields if "evidence" in f)
    for word in ("0.70", "bertram", "a strong view", "drawn at random"):
        assert word not in page
    assert client.post(f"/record/{pmid(0)}", data=fields | {"do": "save"}).status_code == 422
    decide(client, pmid(0), about="yes", h_transporter="on", stance_transporter="supports",
           origin_transporter="acquired")  # fmt: skip
    one = space.decisions[-1]
    assert one.blind and one.machine and one.action == "accept"


def test_a_disagreement_is_shown_side_by_side_and_settled(space, browser) -> None:
    folder = space.root / "reviews"
    append_decision(folder, decision(record(0), "anna", sample="random", weight=7.0))
    append_decision(folder, decision(record(0), "bert", findings=(), study_type="animal"))
    append_decision(folder, decision(record(1), "anna"))
    client = browser("carl")
    listed = client.get("/adjudicate").text
    assert f"/adjudicate/{pmid(0)}" in listed and pmid(1) not in listed
    page = client.get(f"/adjudicate/{pmid(0)}").text
    rows = re.findall(r'<tr class="differs"><th scope="row">([^<]+) <', page)
    assert rows == ["Study type", "Drug target"]
    fields = form_of(page)
    assert fields["about"] == "yes" and fields["study_type"] == "" and "h_target" not in fields
    sent = {"do": "save", "h_target": "on", "stance_target": "neutral", "study_type": "animal"}
    answer = client.post(f"/adjudicate/{pmid(0)}", data=fields | sent, follow_redirects=False)
    assert answer.headers["location"] == "/adjudicate"
    one = space.decisions[-1]
    assert (one.round, one.reviewer, one.sample, one.weight) == (
        "adjudication", "carl", "random", 7.0,
    )  # fmt: skip
    assert pmid(0) not in client.get("/adjudicate").text
    assert client.get(f"/adjudicate/{pmid(1)}").status_code == 404
    # what is decided on its own page later does not count, and the page says so
    page = browser("anna").get(f"/record/{pmid(0)}").text
    assert "whatever you decide on this page" in page and "A new decision replaces" not in page
    assert f'<a href="/adjudicate/{pmid(0)}">settle it anew</a>' in page
    assert "whatever you decide" not in client.get(f"/record/{pmid(1)}").text


def test_who_settles_sees_what_others_settled_meanwhile(space, browser) -> None:
    for name, findings in (("anna", ()), ("bert", decision(record(0)).findings)):
        append_decision(space.root / "reviews", decision(record(0), name, findings=findings))
    path, carl, dora = f"/adjudicate/{pmid(0)}", browser("carl"), browser("dora")
    earlier = form_of(carl.get(path).text)
    off = {"do": "off_topic"}
    dora.post(path, data=form_of(dora.get(path).text) | off)
    sent = {"do": "save", "h_target": "on", "stance_target": "neutral", "note": "mine"}
    answer = carl.post(path, data=earlier | sent)
    assert answer.status_code == 422 and "since you opened this page" in answer.text
    assert "dora settled this on " in answer.text and space.decisions[-1].reviewer == "dora"
    fields = form_of(answer.text)
    assert (fields["h_target"], fields["note"]) == ("on", "mine")
    # seen, it may be replaced; and the same form once more is the same decision
    for _ in range(2):
        again = carl.post(path, data=fields | {"do": "save"}, follow_redirects=False)
        assert again.headers["location"] == "/adjudicate"
    assert [one.reviewer for one in space.decisions[2:]] == ["dora", "carl"]
    # a reviewer who decides anew changes what is to be settled, too
    earlier = form_of(dora.get(path).text)
    decide(browser("anna"), pmid(0), "skip")
    assert dora.post(path, data=earlier | off, follow_redirects=False).status_code == 303
    earlier = form_of(dora.get(path).text) | {"study_type": "animal"}
    decide(browser("anna"), pmid(0), "off_topic")
    assert dora.post(path, data=earlier | off).status_code == 422
    assert "Another reviewer settled" in browser("emil", blind=True).get(path).text


def test_blind_pages_do_not_tell_whether_the_machine_agreed(space, browser) -> None:
    client = browser(blind=True)
    decide(client, pmid(0), about="yes", h_transporter="on", stance_transporter="supports",
           origin_transporter="acquired")  # fmt: skip
    assert space.decisions[-1].action == "accept"
    for path in (f"/record/{pmid(0)}", f"/record/{pmid(1)}", "/progress"):
        page = client.get(path).text
        assert f": decided, {pmid(0)}" in page and f"accept, {pmid(0)}" not in page
        assert ": accept." not in page
    decide(client, pmid(1), "skip")
    assert f": skipped, {pmid(1)}" in client.get("/progress").text
    seeing = browser()
    assert f": skip, {pmid(1)}" in seeing.get("/progress").text


def test_names_stay_hidden_from_who_settles_blind(space, browser) -> None:
    for name, findings in (("anna", ()), ("bert", decision(record(0)).findings)):
        append_decision(space.root / "reviews", decision(record(0), name, findings=findings))
    client = browser("carl", blind=True)
    pages = client.get("/adjudicate").text + client.get(f"/adjudicate/{pmid(0)}").text
    assert "Reviewer A" in pages and "bert" not in pages


# What is refused


def test_a_form_from_another_site_is_refused(space, browser) -> None:
    client = browser()
    fields = form_of(client.get(f"/record/{pmid(0)}").text) | {"do": "save"}
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for path in (f"/record/{pmid(0)}", "/who", "/undo"):
            assert client.post(path, data=fields, headers=headers).status_code == 403
    assert space.decisions == []
    ours = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    assert client.post(f"/record/{pmid(0)}", data=fields, headers=ours).status_code == 200
    assert len(space.decisions) == 1


@pytest.mark.parametrize("wrong", ["id", "token", "text"])
def test_a_form_that_the_server_did_not_make_is_refused(space, browser, wrong) -> None:
    client = browser()
    answer = decide(client, pmid(0), **{wrong: "0" * 32})
    assert answer.status_code == 403 and space.decisions == []


def test_the_form_of_another_reviewer_or_record_is_refused(space, browser) -> None:
    client = browser()
    fields = form_of(client.get(f"/record/{pmid(0)}").text)
    assert client.post(f"/record/{pmid(1)}", data=fields).status_code == 403
    assert client.post(f"/adjudicate/{pmid(0)}", data=fields).status_code == 403
    sign_in(client, "bert")
    assert client.post(f"/record/{pmid(0)}", data=fields).status_code == 403


def test_only_the_servers_own_names_are_answered(browser) -> None:
    client = browser()
    for host in ("evil.example", "127.0.0.1.evil.example", "10.0.0.9:8765", "", "[::1", "x@y"):
        assert client.get("/progress", headers={"Host": host}).status_code == 421, host
    for host in ("localhost:8765", "127.0.0.1:1", "[::1]:8765", "LOCALHOST"):
        assert client.get("/health", headers={"Host": host}).status_code == 200, host


def test_a_forged_cookie_is_nobody(space, browser) -> None:
    client = browser()
    ((cookie, good),) = client.cookies.items()
    for bad in ("anna", "anna.", "anna." + "0" * 64, good.replace("anna", "bert"), good + "0", "é"):
        answer = client.get(
            f"/record/{pmid(0)}",
            headers={"Cookie": f"{cookie}={bad}".encode()},
            follow_redirects=False,
        )
        if bad != good:
            assert answer.headers.get("location") == "/who", bad


def test_two_workspaces_served_at_once_keep_their_reviewers_apart(tmp_path, space, browser) -> None:
    here = browser()
    other = make_site(Settings(workspace=Workspace(tmp_path / "other", 2).root), Options())
    there = TestClient(create_app(other), base_url=ORIGIN.replace("8765", "8766"))
    # a browser sends the cookies of a machine to all of its ports
    there.cookies.update(here.cookies)
    assert there.get("/", follow_redirects=False).headers["location"] == "/who"
    sign_in(there, "bert")
    here.cookies.update(there.cookies)
    assert "<b>anna</b>" in here.get("/progress").text
    assert "<b>bert</b>" in there.get("/progress").text
    other.store.close()


def test_the_cookie_of_an_earlier_version_still_tells_the_reviewer(browser) -> None:
    signed_in, client = browser(), browser(None)
    (value,) = signed_in.cookies.values()
    client.cookies.set("drmine_reviewer", value)
    assert "<b>anna</b>" in client.get("/progress").text
    # the name that is entered now goes before it
    sign_in(client, "bert")
    assert "<b>bert</b>" in client.get("/progress").text


def test_a_wrong_token_leaves_the_name_and_leads_to_the_token(space, browser) -> None:
    page = browser(None, token="0123456789abcdef").post(
        "/who", data={"name": "carla", "token": "wrong"}
    )
    (title,) = re.findall("<title>(.*)</title>", page.text)
    assert page.status_code == 422 and "Problem: Who are you?" in title
    assert 'value="carla"' in page.text
    assert re.search(r'id="token"[^>]* autofocus aria-describedby="problem"', page.text)
    assert page.text.count("autofocus") == 1
    page = browser(None).post("/who", data={"name": "../x"})
    assert re.search(r'id="name"[^>]* autofocus aria-describedby="problem"', page.text)


def test_the_address_of_a_form_opened_as_a_page_says_so(browser) -> None:
    answer = browser().get("/undo")
    assert answer.status_code == 405 and "only takes a form" in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser) -> None:
    cookie = sign_in(browser(""), "anna").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie


@pytest.mark.parametrize("name", ["../etc", "a/b", "", "a" * 41, "..", "-a", "a\nb", "<b>"])
def test_a_name_that_could_be_a_path_is_no_name(space, browser, name) -> None:
    answer = sign_in(browser(""), name)
    assert answer.status_code == 422 and "set-cookie" not in answer.headers
    assert not (space.root / "reviews").exists()


@pytest.mark.parametrize(
    "path",
    ["/record/1", "/record/..%2f..%2fetc", "/record/%00", "/record/99999999999", "/record/٣",
     "/static/../app.py", "/static/secret", "/docs", "/openapi.json"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(browser, path) -> None:
    assert browser().get(path).status_code == 404


def test_a_form_too_long_or_unreadable_is_refused(space, browser) -> None:
    client = browser()
    assert decide(client, pmid(0), note="x" * 120_000).status_code == 413
    path = f"/record/{pmid(0)}"
    stream = iter([b"note=", b"x" * 120_000])
    assert client.post(path, content=stream).status_code == 400
    assert client.post(path, content=b"\xff\xfe=1").status_code == 400
    assert client.post(path, content=b"&".join([b"a=1"] * 1000)).status_code == 400
    assert client.put(path).status_code == 405
    assert space.decisions == []


def test_every_answer_carries_the_headers(browser) -> None:
    client = browser()
    for path in ("/", "/who", f"/record/{pmid(0)}", "/nowhere", "/static/review.js"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_other_machines_need_a_token(space, browser) -> None:
    for host in ("0.0.0.0", "192.0.2.7", "::", "review.example"):
        with pytest.raises(ConfigurationError, match="DRMINE_REVIEW_TOKEN"):
            make_site(Settings(workspace=space.root), Options(host=host))
    with pytest.raises(ConfigurationError, match=r"review\.example can be reached"):
        make_site(Settings(workspace=space.root), Options(hosts=["review.example"]))
    with pytest.raises(ConfigurationError, match="fewer than 16"):
        make_site(Settings(workspace=space.root), Options(host="0.0.0.0", token="short"))


def test_with_a_token_nothing_is_seen_without_it(space, browser) -> None:
    client = browser("", host="0.0.0.0", token=TOKEN)
    for given in ({}, {"token": "wrong"}, {"token": TOKEN[:-1]}):
        assert sign_in(client, "anna", **given).status_code == 422
    for path in (f"/record/{pmid(0)}", "/progress", "/adjudicate", "/next"):
        assert client.get(path, follow_redirects=False).headers["location"] == "/who"
    assert sign_in(client, "anna", token=TOKEN).status_code == 303
    assert client.get(f"/record/{pmid(0)}").status_code == 200
    assert client.get("/health", headers={"Host": "192.0.2.7:8765"}).status_code == 200
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 421


def test_a_cookie_of_a_server_without_token_does_not_open_one_with(browser) -> None:
    plain, guarded = browser("anna"), browser("", token=TOKEN)
    guarded.cookies = plain.cookies
    assert guarded.get("/progress", follow_redirects=False).headers["location"] == "/who"
