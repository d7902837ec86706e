"""What all pages share: store, decisions, queue, signatures, templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from drmine.annotations import annotation_file
from drmine.records import ORIGINS, STANCES, STUDY_TYPES, Annotation, Record
from drmine.review.decisions.decision import Decision
from drmine.review.decisions.index import DecisionIndex
from drmine.review.decisions.reviewed_annotation import machine_annotation
from drmine.review.pages.desk import Desk
from drmine.review.pages.session import Signer
from drmine.review.pages.shown import shown
from drmine.store import Store
from drmine.taxonomy import Taxonomy

STANCE_KEYS = {"supports": "s", "refutes": "f", "mixed": "m", "neutral": "n"}


@dataclass(frozen=True)
class Site:
    """One server's things; every request reads them, none changes them but through methods."""

    store: Store
    index: DecisionIndex
    desk: Desk
    signer: Signer
    taxonomy: Taxonomy
    blind: bool = False
    token: str | None = None
    invented: bool = False
    partly_invented: bool = False

    @property
    def taxonomy_name(self) -> str:
        """Id and version of the taxonomy, as decisions carry it."""
        return f"{self.taxonomy.id}/{self.taxonomy.version}"

    @cached_property
    def templates(self) -> Environment:
        """The templates; everything in them is escaped."""
        found = Environment(
            loader=PackageLoader("drmine.review.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        found.filters["shown"] = shown
        found.filters["deed"] = self._deed
        found.filters["words"] = lambda text: str(text).replace("_", " ")
        found.globals.update(
            stances=STANCES, origins=ORIGINS, study_types=STUDY_TYPES, stance_keys=STANCE_KEYS
        )
        return found

    def _deed(self, decision: Decision) -> str:
        """Return what a decision did; whether the machine agreed is hidden with its proposal."""
        if not self.blind:
            return decision.action
        return "skipped" if decision.action == "skip" else "decided"

    @cached_property
    def guidelines(self) -> str:
        """The annotation guidelines as HTML; markup inside them is shown, not run."""
        from markdown_it import MarkdownIt

        # a wheel has its own copy; a checkout's comes first, since it may be newer
        path = annotation_file(Path("guidelines.md")) or Path(__file__).with_name("guidelines.md")
        if not path.is_file():
            return "<p>The guidelines are in annotations/guidelines.md of a checkout.</p>"
        text = path.read_text(encoding="utf-8")
        html = str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
        # a wide table is scrolled by itself, by keys too; no other `<table>` can stand in it
        scroll = '<div class="scroll" tabindex="0" role="region" aria-label="Table {}"><table>'
        first, *tables = html.split("<table>")
        parts = [scroll.format(n) + one for n, one in enumerate(tables, start=1)]
        return (first + "".join(parts)).replace("</table>", "</table></div>")

    def reviewer(self, request: Request) -> str | None:
        """Return who sends a request; None for somebody new."""
        return self.signer.reviewer_of(request.cookies)

    def read(self, pmid: str) -> tuple[Record | None, Annotation | None]:
        """Return a record and what the machine says of it: of what it says now, or nothing."""
        if not (pmid.isascii() and pmid.isdecimal() and len(pmid) <= 9):
            return None, None
        record = self.store.get_record(pmid)
        present = self.store.get_annotation(pmid, is_current=True) if record else None
        return record, machine_annotation(present) if present else None

    def fingerprint(self, pmid: str) -> str:
        """Return what made the machine's labels of a record."""
        stamp = self.store.stamps([pmid]).get(pmid)
        return stamp.fingerprint if stamp and stamp.is_current else ""

    def page(
        self,
        template: str,
        request: Request,
        values: Mapping[str, Any] | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """Return a page; ``reviewer``, undo and progress are known to every template."""
        reviewer = self.reviewer(request)
        last = self.index.last(reviewer) if reviewer else None
        text = self.templates.get_template(template).render(
            reviewer=reviewer,
            blind=self.blind,
            invented=self.invented,
            partly_invented=self.partly_invented,
            n_disagreements=len(self.desk.disagreements()) if reviewer else 0,
            last=last,
            undo=undo_form(self.signer, reviewer, last.id) if reviewer and last else None,
            **(values or {}),
        )
        return HTMLResponse(text, status)

    def message(self, request: Request, status: int, *sentences: str) -> HTMLResponse:
        """Return a page that says what is wrong and what to do."""
        return self.page("message.html.j2", request, {"sentences": sentences}, status)


def undo_form(signer: Signer, reviewer: str, undoes: str) -> dict[str, str]:
    """Return the hidden fields of the form that takes back a decision.

    Its id follows from what it takes back: sent twice, it takes back one.
    """
    return {"undoes": undoes, "token": signer.form("undo", reviewer, undoes)}


def go(path: str) -> RedirectResponse:
    """Send the browser on, such that a reload does not send the form again."""
    return RedirectResponse(path, status_code=303)
