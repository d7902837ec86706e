"""What blind reviewers do not see, and how a difference is settled."""

from __future__ import annotations

import re

from review_samples import decision, pmid, record, relabel, with_second
from review_server import decide, form_of

from drmine.review.decisions.files import append_decision
from drmine.store import Store


def test_blind_reviewers_see_neither_the_machine_nor_each_other(space, browser) -> None:
    append_decision(space.root / "reviews", decision(record(0), "bertram", note="a strong view"))
    client = browser(blind=True)
    with Store.open(space.root / "drmine.sqlite") as store:
        relabel(store, [pmid(1)], **with_second(record(1)))
    assert "data-second=" in browser("carl").get(f"/record/{pmid(1)}").text
    assert "data-second=" not in client.get(f"/record/{pmid(1)}").text
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
