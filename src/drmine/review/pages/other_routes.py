"""Who you are, what comes next, undo, the list to settle, guidelines, files of the pages."""

from __future__ import annotations

import hmac
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from drmine.errors import InputError
from drmine.review.decisions.decision import Decision, as_spelt
from drmine.review.decisions.index import DecisionIndex
from drmine.review.pages.forms import next_id, parse_form
from drmine.review.pages.record_routes import NOT_SAVED, read_body
from drmine.review.pages.site import Site, go

STATIC = {"review.css": "text/css", "review.js": "text/javascript"}
COOKIE_SECONDS = 90 * 24 * 3600


def add_other_routes(app: FastAPI, site: Site) -> None:
    """Add everything but the pages of records."""

    @app.get("/")
    def home(request: Request) -> Response:
        return go("/next" if site.reviewer(request) else "/who")

    @app.get("/who")
    def who(request: Request) -> Response:
        return _who(site, request)

    @app.post("/who")
    async def sign_in(request: Request) -> Response:
        return await run_in_threadpool(_sign_in, site, request, await read_body(request))

    @app.get("/next")
    def next_record(request: Request) -> Response:
        site.index.refresh()
        reviewer = site.reviewer(request)
        if reviewer is None:
            return go("/who")
        pmid = site.desk.next_for(reviewer)
        saved = request.query_params.get("saved", "")
        more = f"?saved={saved}" if saved.isascii() and saved.isdecimal() else ""
        return go(f"/record/{pmid}{more}" if pmid else "/progress")

    @app.get("/progress")
    def progress(request: Request) -> Response:
        site.index.refresh()
        reviewer = site.reviewer(request)
        if reviewer is None:
            return go("/who")
        values = {
            "progress": site.desk.progress(reviewer),
            "has_next": site.desk.has_next(reviewer),
            "n_open": site.desk.open_with_others(reviewer),
            "skipped": _skipped(site, reviewer),
            # a path is for who sits at this machine, not for the network
            "folder": str(site.index.folder) if site.token is None else "",
        }
        return site.page("progress.html.j2", request, values)

    @app.get("/adjudicate")
    def adjudicate(request: Request) -> Response:
        site.index.refresh()
        if site.reviewer(request) is None:
            return go("/who")
        waiting = site.desk.disagreements()
        titles = {one.pmid: one.title for one in site.store.iter_records(waiting)}
        rows = [
            (pmid, titles[pmid], [] if site.blind else [one.reviewer for one in ours])
            for pmid, ours in waiting.items()
            if pmid in titles
        ]
        return site.page("adjudicate.html.j2", request, {"rows": rows})

    @app.post("/undo")
    async def undo(request: Request) -> Response:
        return await run_in_threadpool(_undo, site, request, await read_body(request))

    _add_fixed_routes(app, site)


def _add_fixed_routes(app: FastAPI, site: Site) -> None:
    """Add what is the same for everybody: guidelines, files of the pages, whether it lives."""
    content = {
        name: files("drmine.review.pages").joinpath("static", name).read_bytes() for name in STATIC
    }

    @app.get("/guidelines")
    def guidelines(request: Request) -> Response:
        # without a name: not secret, but whoever lacks the token sees nothing of the store's
        return site.page("guidelines.html.j2", request, {"guidelines": site.guidelines})

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in STATIC:
            return Response(status_code=404)
        return Response(content[name], media_type=STATIC[name])

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(status_code=204)

    @app.get("/health")
    def health() -> Response:
        return JSONResponse({"status": "ok"})


def _who(
    site: Site, request: Request, problem: str = "", name: str = "", *, wrong_token: bool = False
) -> Response:
    values = {
        "wants_token": site.token is not None,
        "problem": problem,
        "name": name,
        "wrong_token": wrong_token,
    }
    return site.page("who.html.j2", request, values, 422 if problem else 200)


def _sign_in(site: Site, request: Request, body: bytes) -> Response:
    name = ""
    try:
        fields = parse_form(body)
        name = fields.get("name", "").strip()
        site.index.refresh()
        reviewer = as_spelt(name, site.index.reviewers())
    except InputError as error:
        return _who(site, request, str(error), name)
    except ValueError:
        return _who(site, request, "The form cannot be read; fill it in again.")
    given = fields.get("token", "").strip()
    if site.token is not None and not hmac.compare_digest(given.encode(), site.token.encode()):
        problem = "The token is not the one of this server; ask who started it."
        return _who(site, request, problem, name, wrong_token=True)
    answer = go("/next")
    answer.set_cookie(
        site.signer.cookie_name, site.signer.cookie(reviewer), max_age=COOKIE_SECONDS,
        httponly=True, samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


def _undo(site: Site, request: Request, body: bytes) -> Response:
    site.index.refresh()
    reviewer = site.reviewer(request)
    try:
        fields = parse_form(body)
    except ValueError:
        return site.message(request, 400, "The form cannot be read; nothing was taken back.")
    undoes = fields.get("undoes", "")
    if reviewer is None or not site.signer.is_form(
        fields.get("token", ""), "undo", reviewer, undoes
    ):
        return site.message(request, 403, "This form is not from this server.")
    target = site.index.get(undoes)
    if target is None:
        return site.message(request, 404, "The decision to take back is no longer there.")

    def once(index: DecisionIndex) -> Decision | None:
        if index.is_undone(undoes):
            return None
        return Decision(
            target.pmid, reviewer, "undo", undoes=undoes, id=next_id(undoes, -1),
            text_sha256=target.text_sha256, taxonomy=target.taxonomy, round=target.round,
        )  # fmt: skip

    try:
        site.index.append(once)
    except OSError as error:
        return site.message(request, 507, NOT_SAVED.format(error.strerror or error))
    where = "adjudicate" if target.round == "adjudication" else "record"
    return go(f"/{where}/{target.pmid}")


def _skipped(site: Site, reviewer: str) -> list[tuple[str, str]]:
    """Return the records of the queue that the reviewer has put off, with their titles."""
    put_off = site.desk.put_off(reviewer)
    return [(one.pmid, one.title) for one in site.store.iter_records(put_off)]
