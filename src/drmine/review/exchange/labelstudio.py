"""Label Studio: tasks with the machine's proposals and the labelling config out, its JSON back.

Every control belongs to the whole text or is a span, so that both exports of Label Studio say the
same: JSON, and JSON-MIN, which forgets what belongs to which span.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.records import ORIGINS, STANCES, STUDY_TYPES, Annotation
from drmine.review.exchange.answer import Answer, Task
from drmine.review.exchange.proposal import proposal_text, proposed_findings
from drmine.taxonomy import Taxonomy

TEXT, EVIDENCE = "text", "evidence"
ABOUT, STUDY_TYPE, NOTE = "about_drug_response", "study_type", "note"
NOT_ASSIGNED = "not assigned"
_CSS = "border: 1px solid #d0d7de; border-radius: 4px; padding: 0.5em; margin: 0.5em 0"


def origin_name(hypothesis: str) -> str:
    """Return the name of the control of a hypothesis' origin."""
    return f"{hypothesis}_origin"


def write_label_studio(path: Path, tasks: Sequence[Task], taxonomy: Taxonomy) -> list[Path]:
    """Write the tasks, and beside them the labelling config as XML; returns both paths."""
    content = json.dumps([_task(one) for one in tasks], ensure_ascii=False, indent=1)
    # a lone surrogate cannot be written as UTF-8; replaced one by one, offsets hold
    write_atomically(path, (content + "\n").encode("utf-8", "replace"))
    config = path.with_suffix(".xml")
    write_atomically(config, labelling_config(taxonomy))
    return [path, config]


def labelling_config(taxonomy: Taxonomy) -> bytes:
    """Return the labelling config: paste it under Settings, Labeling Interface, Code."""
    from lxml import etree

    view = etree.Element("View")
    labels = etree.SubElement(view, "Labels", name=EVIDENCE, toName=TEXT)
    for one in taxonomy.hypotheses:
        etree.SubElement(labels, "Label", value=one.id, hint=one.name)
    etree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}", granularity="word")
    etree.SubElement(view, "Text", name="proposal", value="$machine")
    _choices(view, ABOUT, "About drug response", ("yes", "no"), required="true")
    _choices(view, STUDY_TYPE, "Study type", STUDY_TYPES, layout="select")
    for one in taxonomy.hypotheses:
        box = etree.SubElement(view, "View", style=_CSS)
        _choices(box, one.id, one.name, (*STANCES, NOT_ASSIGNED))
        inner = etree.SubElement(
            box, "View", visibleWhen="choice-selected", whenTagName=one.id,
            whenChoiceValue=",".join(STANCES),
        )  # fmt: skip
        _choices(inner, origin_name(one.id), "Origin", ORIGINS)
    etree.SubElement(
        view, "TextArea", name=NOTE, toName=TEXT, placeholder="Note", maxSubmissions="1"
    )
    config: bytes = etree.tostring(view, pretty_print=True, encoding="utf-8")
    return config


def _choices(parent: Any, name: str, title: str, values: Sequence[str], **more: str) -> None:
    from lxml import etree

    etree.SubElement(parent, "Header", value=title, size="5")
    common = {"name": name, "toName": TEXT, "choice": "single", "showInLine": "true"}
    choices = etree.SubElement(parent, "Choices", {**common, **more})
    for value in values:
        etree.SubElement(choices, "Choice", value=value)


def _task(one: Task) -> dict[str, Any]:
    shown, record = one.shown, one.record
    row: dict[str, Any] = {
        "data": {
            "pmid": record.pmid,
            TEXT: record.text,
            "machine": proposal_text(shown.proposal) or "hidden",
            "year": record.year,
            "text_sha256": shown.text_sha256,
            "sample": shown.sample,
            "weight": shown.weight,
            "taxonomy": shown.taxonomy,
            "fingerprint": shown.fingerprint,
            "blind": shown.blind,
            "machine_about_drug_response": _machine(shown.proposal, "about_drug_response"),
            "machine_study_type": _machine(shown.proposal, "study_type"),
        }
    }
    if shown.proposal is not None:
        row["predictions"] = [
            {
                "model_version": shown.fingerprint or "drmine",
                "result": _result(_of_machine(shown.proposal), record.text),
            }
        ]
    if one.answer is not None:
        row["annotations"] = [
            {
                "result": _result(one.answer, record.text),
                "was_cancelled": one.answer.is_skip,
            }
        ]
    return row


def _machine(proposal: Annotation | None, name: str) -> Any:
    return None if proposal is None else getattr(proposal, name)


def _of_machine(machine: Annotation) -> Answer:
    study_type = machine.study_type or None
    return Answer(machine.pmid, machine.about_drug_response, study_type, proposed_findings(machine))


def _result(answer: Answer, text: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []

    def add(name: str, kind: str, value: Mapping[str, Any]) -> None:
        result.append(
            {
                "id": f"{name}-{len(result)}", "from_name": name, "to_name": TEXT, "type": kind,
                "value": dict(value),
            }
        )  # fmt: skip

    if not answer.is_skip:
        add(ABOUT, "choices", {"choices": ["yes" if answer.about else "no"]})
    if answer.study_type:
        add(STUDY_TYPE, "choices", {"choices": [answer.study_type]})
    for one in answer.findings:
        add(one.id, "choices", {"choices": [one.stance]})
        add(origin_name(one.id), "choices", {"choices": [one.origin]})
        if one.evidence is not None:
            start, end = one.evidence
            add(
                EVIDENCE, "labels",
                {"start": start, "end": end, "text": text[start:end], "labels": [one.id]},
            )  # fmt: skip
    if answer.note:
        add(NOTE, "textarea", {"text": [answer.note]})
    return result


def parse_export(name: str, content: bytes) -> list[Any]:
    """Return the tasks of an export, whatever they are.

    Raises
    ------
    InputError
        It is no list of tasks.
    """
    try:
        whole = json.loads(content.decode("utf-8-sig", "replace"))
    except ValueError:
        raise InputError(f"{name} is no whole JSON; export it anew.") from None
    tasks = whole if isinstance(whole, list) else [whole]
    if not tasks:
        raise InputError(f"{name} holds no task; choose JSON or JSON-MIN when you export.")
    return tasks
