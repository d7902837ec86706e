"""What a form saves: each decision once, as it was meant, and none that failed."""

from __future__ import annotations

import json

import pytest
from review_samples import decision, pmid, record
from review_server import decide, form_of

from drmine.review.decisions.decision import decisions_schema, settled
from drmine.review.decisions.files import append_decision


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


def test_a_full_disk_is_said_and_nothing_pretended(space, browser, monkeypatch) -> None:
    client = browser()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("drmine.review.decisions.files.append_decision", full)
    answer = decide(client, pmid(0))
    assert answer.status_code == 507 and "is not saved" in answer.text


def test_a_clock_that_was_set_back_does_not_bring_an_old_decision_back(space, browser) -> None:
    append_decision(
        space.root / "reviews", decision(record(0), "anna", time="2999-01-01T00:00:00+00:00")
    )
    decide(browser(), pmid(0), "reject")
    assert space.decisions[-1].action == "reject"
    assert space.decisions[-1].time > "2999-01-01T00:00:00+00:00"


def test_the_later_word_counts_also_where_another_clock_runs_ahead(space, browser) -> None:
    folder, ahead = space.root / "reviews", "2999-01-01T00:00:00+00:00"
    append_decision(folder, decision(record(0), "anna", time=ahead))
    decide(browser("bert"), pmid(0), "off_topic")
    assert settled(space.decisions)[pmid(0)].reviewer == "bert"
    append_decision(folder, decision(record(0), "carl", round="adjudication", time=ahead))
    dora, path = browser("dora"), f"/adjudicate/{pmid(0)}"
    dora.post(path, data=form_of(dora.get(path).text) | {"do": "off_topic"})
    assert settled(space.decisions)[pmid(0)].reviewer == "dora"
