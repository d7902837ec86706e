"""The page of one record, for reviewing and for settling: shown, sent, shown again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from drmine.annotations import text_digest
from drmine.records import Annotation, Record
from drmine.review.decisions.decision import Decision
from drmine.review.decisions.differences import Difference, differences
from drmine.review.decisions.texts import is_outdated, without_old_places
from drmine.review.pages.forms import FormState, parse_form
from drmine.review.pages.saving import Refused, Unfinished, hidden_fields, save
from drmine.review.pages.security import MAX_BODY
from drmine.review.pages.shown import legend, shown_sentences
from drmine.review.pages.site import Site, go

NOT_SAVED = (
    "The decision could not be written to the disk ({}), and is not saved. "
    "Make room or mend the folder's rights, go back and send it again."
)


def add_record_routes(app: FastAPI, site: Site) -> None:
    """Add /record/PMID and /adjudicate/PMID."""

    @app.get("/record/{pmid}")
    def record(request: Request, pmid: str) -> Response:
        return _show(site, request, pmid, adjudication=False)

    @app.get("/adjudicate/{pmid}")
    def settle(request: Request, pmid: str) -> Response:
        return _show(site, request, pmid, adjudication=True)

    @app.post("/record/{pmid}")
    async def decide(request: Request, pmid: str) -> Response:
        body = await read_body(request)
        return await run_in_threadpool(_take, site, request, pmid, body, False)

    @app.post("/adjudicate/{pmid}")
    async def adjudicate(request: Request, pmid: str) -> Response:
        body = await read_body(request)
        return await run_in_threadpool(_take, site, request, pmid, body, True)


async def read_body(request: Request) -> bytes:
    """Return the body of a form, or as much of it as may be; a longer one cannot be parsed."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return b"\xff"
    return body


def _show(site: Site, request: Request, pmid: str, *, adjudication: bool) -> Response:
    site.index.refresh()
    reviewer = site.reviewer(request)
    if reviewer is None:
        return go("/who")
    record, machine = site.read(pmid)
    if record is None:
        return site.message(request, 404, f"No record {pmid[:20]} is in this store.")
    if adjudication and len(site.index.reviews(pmid)) < 2:
        return site.message(request, 404, "Fewer than two reviewers have judged this record.")
    if not adjudication:
        site.desk.keep(reviewer, pmid)
    return _page(site, request, reviewer, record, machine, adjudication)


def _take(site: Site, request: Request, pmid: str, body: bytes, adjudication: bool) -> Response:
    site.index.refresh()
    reviewer = site.reviewer(request)
    if reviewer is None:
        return site.message(request, 403, "Say who you are first; nothing was saved.")
    record, machine = site.read(pmid)
    if record is None:
        return site.message(
            request, 404, f"No record {pmid[:20]} is in this store; nothing was saved."
        )
    try:
        fields = parse_form(body)
        save(site, reviewer, record, machine, fields, adjudication=adjudication)
    except ValueError:
        return site.message(request, 400, "The form cannot be read; nothing was saved.")
    except Refused as refused:
        return site.message(request, refused.status, str(refused))
    except Unfinished as unfinished:
        return _page(
            site, request, reviewer, record, machine, adjudication,
            state=unfinished.state, problems=unfinished.problems,
        )  # fmt: skip
    except OSError as error:
        return site.message(request, 507, NOT_SAVED.format(error.strerror or error))
    return go("/adjudicate" if adjudication else f"/next?saved={pmid}")


def _page(
    site: Site,
    request: Request,
    reviewer: str,
    record: Record,
    machine: Annotation | None,
    adjudication: bool,
    *,
    state: FormState | None = None,
    problems: Sequence[str] = (),
) -> Response:
    title, abstract = shown_sentences(record, machine.mentions if machine else ())
    mine = site.index.standing(record.pmid, reviewer, adjudication=adjudication)
    proposal = FormState.of_machine(site.taxonomy, None if site.blind else machine)
    reviews = _reviews(site, record) if adjudication else []
    if state is None:
        if mine is not None:
            state = FormState.of_decision(
                site.taxonomy, without_old_places(mine, text_digest(record.text))
            )
        elif adjudication:
            state = _agreed(site, [one for _, one in reviews])
        else:
            state = proposal
    hidden = hidden_fields(site, reviewer, record, "adjudication" if adjudication else "review")
    entry = site.desk.entries().get(record.pmid)
    values: dict[str, Any] = {
        "record": record,
        "paper": site.store.published_as(record.pmid) if record.is_preprint else None,
        "labelled": machine is not None,
        "title_sentences": title,
        "abstract_sentences": abstract,
        "legend": legend([*title, *abstract]),
        "hypotheses": _grouped(site),
        "state": state.with_scores_of(proposal),
        "text": record.text,
        "hidden": hidden,
        "adjudication": adjudication,
        "reviews": reviews,
        "differences": differences([one for _, one in reviews]),
        "Difference": Difference,
        "mine": mine,
        "settling": None if adjudication else site.index.settling(record.pmid, hidden["text"]),
        "settled_by_other": _settled_by_other(site, reviewer, record) if adjudication else None,
        "n_reviews": len(site.index.reviews(record.pmid)),
        "is_outdated": is_outdated(mine, hidden["text"]),
        "problems": problems,
        "entry": entry,
        "progress": site.desk.progress(reviewer),
        "saved": _number(request.query_params.get("saved", "")),
    }  # fmt: skip
    return site.page("record.html.j2", request, values, 422 if problems else 200)


def _settled_by_other(site: Site, reviewer: str, record: Record) -> Decision | None:
    """Return the decision of somebody else that a new one on this page takes the place of."""
    one = site.index.settling(record.pmid, text_digest(record.text))
    return one if one is not None and one.reviewer != reviewer else None


def _number(text: str) -> str:
    return text if text.isascii() and text.isdecimal() and len(text) <= 9 else ""


def _grouped(site: Site) -> list[tuple[str, list[Any]]]:
    """Return the hypotheses by group, each with the number that is its key."""
    groups: dict[str, list[Any]] = {}
    for number, one in enumerate(site.taxonomy.hypotheses, start=1):
        name = site.taxonomy.group_name(one.id) or "Hypotheses"
        groups.setdefault(name, []).append((number, one))
    return list(groups.items())


def _reviews(site: Site, record: Record) -> list[tuple[str, Decision]]:
    """Return who decided what; who it was stays hidden where reviewers are blind."""
    digest = text_digest(record.text)
    found = [
        (name, without_old_places(one, digest))
        for name, one in sorted(site.index.reviews(record.pmid).items())
    ]
    if site.blind:
        return [(f"Reviewer {chr(ord('A') + place)}", one) for place, (_, one) in enumerate(found)]
    return found


def _agreed(site: Site, reviews: list[Decision]) -> FormState:
    """Return the form that says what the reviewers agree on, and nothing else."""
    states = [FormState.of_decision(site.taxonomy, one) for one in reviews]
    first, rest = states[0], states[1:]
    agreed = FormState.empty(site.taxonomy)
    if all(one.about == first.about for one in rest):
        agreed.about = first.about
    if all(one.study_type == first.study_type for one in rest):
        agreed.study_type = first.study_type
    for id, mine in first.hypotheses.items():
        theirs = [one.hypotheses[id] for one in rest]
        if mine.assigned and all(one.assigned for one in theirs):
            agreed.hypotheses[id].assigned = True
            if all(one.stance == mine.stance for one in theirs):
                agreed.hypotheses[id].stance = mine.stance
                agreed.hypotheses[id].evidence = mine.evidence
            if all(one.origin == mine.origin for one in theirs):
                agreed.hypotheses[id].origin = mine.origin
    return agreed
