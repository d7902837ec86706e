"""What an export of Label Studio says: its JSON (one list of results an annotation) or JSON-MIN."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.records import ORIGINS, STANCES
from drmine.review.decisions.decision import SAMPLES, DecidedFinding
from drmine.review.exchange.answer import (
    Answer,
    AnswerError,
    Reading,
    Shown,
    check_findings,
    one_of,
    pmid_of,
    study_type_of,
    weight_of,
    yes_or_no,
)
from drmine.review.exchange.labelstudio import (
    ABOUT,
    EVIDENCE,
    NOT_ASSIGNED,
    NOTE,
    STUDY_TYPE,
    TEXT,
    origin_name,
    parse_export,
)
from drmine.review.exchange.offsets import OffsetError, span_of
from drmine.review.exchange.proposal import read_proposal
from drmine.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class _Found:
    """One person's annotation of one task; ``values`` by control, each a list of values."""

    place: str
    data: Mapping[str, Any]
    values: Mapping[str, list[Any]]
    annotator: str
    updated: str
    is_cancelled: bool = False


def read_label_studio(
    path: Path, content: bytes, taxonomy: Taxonomy, annotator: str | None = None
) -> Reading:
    """Return what an export says; of several annotations of one person the latest counts.

    Offsets are code points; where the words that go with them say so, UTF-16 units.

    Parameters
    ----------
    annotator
        Id or e-mail, where the export holds annotations of several.

    Raises
    ------
    InputError
        It is no export, or holds annotations of several and ``annotator`` is none of them.
    """
    reading = Reading()
    found: list[_Found] = []
    for number, task in enumerate(parse_export(path.name, content), start=1):
        place = f"{path.name}, task {number}"
        if not isinstance(task, dict):
            reading.problems.append(f"{place}: it is no object; export the project anew.")
            continue
        before = len(found)
        found += _min(task, place) if "data" not in task else _full(task, place)
        if len(found) == before:
            reading.undecided += 1
    names = sorted({one.annotator for one in found if one.annotator})
    if annotator is not None:
        found = [one for one in found if one.annotator == annotator]
    if (len(names) > 1 and annotator is None) or (annotator is not None and not found):
        raise InputError(
            f"{path.name} holds annotations of {', '.join(names) or 'nobody named'}; say whose to "
            "take with --annotator."
        )
    latest: dict[str, _Found] = {}
    for one in sorted(found, key=lambda one: one.updated):
        latest[str(one.data.get("pmid"))] = one
    for one in (one for one in found if latest[str(one.data.get("pmid"))] is one):
        try:
            answer = _answer(one, taxonomy)
        except AnswerError as error:
            control = f", {error.column}" if error.column else ""
            reading.problems.append(f"{one.place}{control}: {error}.")
            continue
        reading.take(answer)
    return reading


def _full(task: dict[str, Any], place: str) -> Iterator[_Found]:
    """Yield the annotations of a task of the JSON export."""
    data = task["data"] if isinstance(task["data"], dict) else {}
    for annotation in task.get("annotations") or task.get("completions") or ():
        if not isinstance(annotation, dict):
            continue
        values: dict[str, list[Any]] = {}
        for region in annotation.get("result") or ():
            if isinstance(region, dict) and isinstance(region.get("value"), dict):
                values.setdefault(str(region.get("from_name")), []).append(region["value"])
        yield _Found(
            place, data, values, _name(annotation.get("completed_by")),
            str(annotation.get("updated_at") or annotation.get("created_at") or ""),
            bool(annotation.get("was_cancelled")),
        )  # fmt: skip


def _min(task: dict[str, Any], place: str) -> Iterator[_Found]:
    """Yield the annotation of a task of JSON-MIN: values stand beside the data."""
    values = {
        name: value if isinstance(value, list) else [value]
        for name, value in task.items()
        if value not in (None, "", [])
    }
    if "annotation_id" in task or "annotator" in task or ABOUT in task:
        yield _Found(
            place, task, values, _name(task.get("annotator")),
            str(task.get("updated_at") or task.get("created_at") or ""),
        )  # fmt: skip


def _name(who: Any) -> str:
    if isinstance(who, dict):
        return str(who.get("email") or who.get("id") or "")
    return "" if who is None else str(who)


def _answer(found: _Found, taxonomy: Taxonomy) -> Answer | None:
    data = found.data
    pmid = pmid_of(str(data.get("pmid", "")))
    text = data.get(TEXT)
    if not isinstance(text, str):
        raise AnswerError("the task has lost its text; export the project anew", TEXT)
    digest = str(data.get("text_sha256") or "")
    if digest and digest != text_digest(text):
        raise AnswerError("the text is not the one that went out; export the queue anew", TEXT)
    about = yes_or_no(_choice(found, ABOUT), ABOUT)
    study_type = study_type_of(_choice(found, STUDY_TYPE))
    note = "\n".join(_texts(found.values.get(NOTE, ()))).strip()
    shown = _shown(data, pmid, text_digest(text))
    if found.is_cancelled:
        return Answer(pmid, note=note, shown=shown, place=found.place, time=found.updated)
    findings = _findings(found, taxonomy, text)
    if about is None and not findings:
        if study_type is None and not note:
            return None
        raise AnswerError("say yes or no", ABOUT)
    about = True if about is None else about
    check_findings(findings, about, taxonomy)
    return Answer(pmid, about, study_type, findings, note, shown, found.place, found.updated)


def _findings(found: _Found, taxonomy: Taxonomy, text: str) -> tuple[DecidedFinding, ...]:
    spans = _spans(found, taxonomy, text)
    findings = []
    for id in taxonomy.ids:
        stance = _choice(found, id)
        if stance in ("", NOT_ASSIGNED):
            if id in spans:
                raise AnswerError(f"a sentence is marked for {id}, but it has no stance", id)
            continue
        origin = _choice(found, origin_name(id))
        findings.append(
            DecidedFinding(
                id,
                one_of(stance, STANCES, id),  # type: ignore[arg-type]
                one_of(origin, ORIGINS, origin_name(id)) if origin else "unspecified",  # type: ignore[arg-type]
                spans.get(id),
            )
        )
    return tuple(findings)


def _spans(found: _Found, taxonomy: Taxonomy, text: str) -> dict[str, tuple[int, int]]:
    """Return the first sentence that is marked for each hypothesis."""
    spans: dict[str, tuple[int, int]] = {}
    for value in found.values.get(EVIDENCE, ()):
        if not isinstance(value, dict):
            raise AnswerError("a marked sentence has lost its place", EVIDENCE)
        try:
            quote = value.get("text")
            span = span_of(
                text, int(value["start"]), int(value["end"]),
                quote if isinstance(quote, str) else None, ("code points", "utf-16"),
            )  # fmt: skip
        except OffsetError as error:
            raise AnswerError(f"{error}; mark the sentence anew", EVIDENCE) from None
        except (KeyError, TypeError, ValueError):
            raise AnswerError("a marked sentence has lost its place", EVIDENCE) from None
        for label in value.get("labels") or ():
            if label not in taxonomy:
                raise AnswerError(f"{label!r} is no hypothesis of the taxonomy", EVIDENCE)
            spans.setdefault(str(label), span)
    return spans


def _choice(found: _Found, name: str) -> str:
    """Return what was chosen in a control; blank where nothing was."""
    chosen: list[str] = []
    for value in found.values.get(name, ()):
        if isinstance(value, dict):
            choices = value.get("choices") or ()
            chosen += map(str, choices if isinstance(choices, list) else [choices])
        else:
            chosen.append(str(value))
    chosen = list(dict.fromkeys(chosen))
    if len(chosen) > 1:
        raise AnswerError(f"{' and '.join(chosen)} are both chosen; choose one", name)
    return chosen[0] if chosen else ""


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            text = value.get("text") or ()
            yield from map(str, text if isinstance(text, list) else [text])
        else:
            yield str(value)


def _shown(data: Mapping[str, Any], pmid: str, digest: str) -> Shown:
    about, sample, weight = (
        data.get(name) for name in ("machine_about_drug_response", "sample", "weight")
    )
    proposal = read_proposal(
        str(data.get("machine") or ""), pmid, about if isinstance(about, bool) else None,
        str(data.get("machine_study_type") or ""),
    )  # fmt: skip
    return Shown(
        digest,
        sample if sample in SAMPLES else None,
        weight_of(weight),
        str(data.get("taxonomy") or ""),
        str(data.get("fingerprint") or ""),
        proposal,
        data.get("blind") is not False,
    )
