"""What is refused: forms, names, cookies and hosts that are not the server's own."""

from __future__ import annotations

import re

import pytest
from app_client import ORIGIN, TOKEN
from review_samples import pmid
from review_server import Workspace, decide, form_of, sign_in
from starlette.testclient import TestClient

from drmine.errors import ConfigurationError
from drmine.review.pages.app import Options, create_app, make_site
from drmine.settings import Settings


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


def test_the_cookie_of_an_earlier_version_still_tells_the_reviewer(browser) -> None:
    signed_in, client = browser(), browser(None)
    (value,) = signed_in.cookies.values()
    client.cookies.set("drmine_reviewer", value)
    assert "<b>anna</b>" in client.get("/progress").text
    # the name that is entered now goes before it
    sign_in(client, "bert")
    assert "<b>bert</b>" in client.get("/progress").text


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
