"""Says how a workspace stands, in lines for a terminal, and what to do next."""

from __future__ import annotations

from typing import Any

from drmine.plural import how_many
from drmine.status.gather import CURRENT, WorkspaceStatus

_WIDTH = 18
_PROBLEM = 160


def as_lines(status: WorkspaceStatus, option: str) -> list[str]:
    """Return what to print; ``option`` makes commands mean the same workspace."""
    rows = [
        ("Workspace", f"{status.workspace} ({status.database}, schema {_schema(status)})"),
        ("Written by", _written_by(status)),
        *_on_store(status),
        ("Last run", _run(status.last_run)),
    ]
    if status.last_refresh and status.last_refresh != status.last_run:
        rows.append(("Last refresh", _run(status.last_refresh)))
    if status.store is not None:
        rows.append(("Complete search", _search(status)))
    if status.at_work:
        rows.append(("At work", " and ".join(f"a {what}" for what in status.at_work)))
    elif status.unfinished:
        rows.append(("Stopped", f"run {status.unfinished}; the next refresh goes on with it"))
    for kind, run in status.stopped.items():
        rows.append((f"Stopped {kind}", f"{run}, before its end; or it is still at work"))
    if status.store is not None:
        rows += _on_review(status)
        rows += [("Trend files", str(status.trends)), ("Report", str(status.report))]
    rows.append(("Next", what_next(status, option)))
    return [f"{name + ':':<{_WIDTH}}{text}" for name, text in rows]


def is_well(status: WorkspaceStatus) -> bool:
    """Whether nothing is incomplete or missing."""
    store, review, refresh = status.store, status.review, status.last_refresh
    return bool(
        store is not None
        and review is not None
        and refresh is not None
        and refresh["is_complete"]
        and status.last_run is not None
        and status.last_run["is_complete"]
        and not (status.unfinished or status.at_work or status.stopped)
        and store.records
        and store.to_label == 0
        and not (store.set_aside or review.not_counted or review.unreadable)
        and status.trends == status.report == CURRENT
    )


def what_next(status: WorkspaceStatus, option: str) -> str:
    """Return one sentence on what to do, the most pressing first."""
    store, review, refresh = status.store, status.review, status.last_refresh
    last = status.last_run

    def run(command: str) -> str:
        return f"`drmine {command}{option}`"

    if status.schema is None:
        return f"fill the database with {run('refresh')} or {run('import')}."
    if store is None or review is None:
        if status.schema > status.present_schema:
            return "upgrade drmine: a newer one made these tables."
        return f"back the database up and run {run('refresh --offline')}, which migrates it."
    if status.at_work:
        return f"wait for the {status.at_work[0]} that is at work."
    if status.unfinished:
        return f"run {run('refresh')}, which goes on where run {status.unfinished} was stopped."
    if last is not None and last["is_complete"] is None:
        return f"wait for run {last['run']}, or start it again if it was stopped."
    if status.stopped:
        kind, at = next(iter(status.stopped.items()))
        return f"give {run(kind)} the files of run {at} again, unless it is still at work."
    if not store.records:
        return f"fill the store with {run('refresh')} or {run('import')}."
    if refresh is None:
        return f"run {run('refresh')}, or {run('refresh --offline')} for what is stored."
    if not refresh["is_complete"] and refresh["missing"] > refresh["not_labelled"]:
        return f"run {run('refresh')} again: the last one lacks records."
    if store.to_label:
        return f"run {run('refresh --offline')}, which labels {_n(store.to_label)}."
    if review.unreadable:
        return f"run {run('annotations check')} and mend the lines that it names."
    if review.not_counted or status.trends != CURRENT or status.report != CURRENT:
        return f"run {run('trends')}, which makes trend files and report anew."
    if store.to_label is None:
        return "install the model that DRMINE_SPACY_MODEL names, or unset it."
    if not refresh["is_complete"] and not store.set_aside:
        return f"run {run('refresh')} again: the last one was incomplete."
    if last is not None and not last["is_complete"] and last["kind"] != refresh["kind"]:
        return f"see what the last {last['kind']} could not take in, and give it that again."
    if store.set_aside:
        return "nothing; what could not be labelled is tried again once its text or drmine changes."
    if review.to_settle or review.in_queue:
        return f"nothing is missing; reviewers go on with {run('review serve')}."
    return f"nothing; {run('refresh')} fetches what is new."


def _on_store(status: WorkspaceStatus) -> list[tuple[str, str]]:
    store = status.store
    if status.schema is None:
        return [("Records", "none: the database has no tables of drmine yet")]
    if store is None:
        return [("Records", "not read: the tables are of another version of drmine")]
    records = _n(store.records)
    if store.invented:
        records += (
            f", {'all' if store.invented == store.records else f'{store.invented:,}'} INVENTED"
        )
    if store.deleted:
        records += f"; {store.deleted:,} more are deleted"
    labels = f"{_n(store.labelled)}; {store.without:,} without, {store.set_aside:,} set aside"
    rows = [("Records", records), ("With labels", labels)]
    if store.present is None or store.to_label is None:
        rows.append(("Made", "not known by what: DRMINE_SPACY_MODEL's model is not installed here"))
    else:
        older = store.labelled - store.present
        made = f"{store.present:,} by the present code and model, {older:,} by others or of older "
        rows.append(("Made", f"{made}texts; the next refresh labels {_n(store.to_label)}"))
    return [*rows, ("Newest record", store.newest or "no date")]


def _on_review(status: WorkspaceStatus) -> list[tuple[str, str]]:
    review = status.review
    if review is None:
        return []
    said = f"{how_many(review.decisions, 'decision')} on {_n(review.records)} in {review.folder}"
    if review.not_counted:
        said += f"; {review.not_counted:,} not in the trend files yet"
    if review.unreadable:
        said += f"; {how_many(review.unreadable, 'line')} cannot be read"
    waits = f"{review.in_queue:,} in the queue, {review.to_settle:,} to settle"
    return [("Review", said), ("Waits for review", waits)]


def _schema(status: WorkspaceStatus) -> str:
    if status.schema == status.present_schema:
        return status.present_schema
    return f"{status.schema or 'none'}, this drmine knows {status.present_schema}"


def _written_by(status: WorkspaceStatus) -> str:
    if status.written_by is None:
        return "no run has said"
    same = "" if status.written_by == status.drmine else f"; this is {status.drmine}"
    return f"drmine {status.written_by}{same}"


def _run(run: dict[str, Any] | None) -> str:
    if run is None:
        return "none"
    if run["is_complete"] is None:
        return f"{run['run']}, stopped before its end, or at work"
    said = f"{run['run']}, {run['kind']} of {str(run['started'])[:16].replace('T', ' ')} UTC, "
    if run["is_complete"]:
        return f"{said}complete"
    why = "; ".join(str(problem).rstrip(".") for problem in run["problems"] or ())
    missing = f"{_n(run['missing'])} missing" if run["missing"] else ""
    shown = why if len(why) <= _PROBLEM else why[:_PROBLEM] + " ..."
    return f"{said}INCOMPLETE: " + "; ".join(part for part in (missing, shown) if part)


def _search(status: WorkspaceStatus) -> str:
    search = status.last_complete_search
    if search is None:
        return "none into this database: records came from files, or a search is not complete yet"
    return f"of {search['searched_on']}, run {search['run']}"


def _n(count: int) -> str:
    return how_many(count, "record")
