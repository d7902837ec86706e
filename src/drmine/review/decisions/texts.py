"""Which decisions are on the text that is stored: those count, and older ones only wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from drmine.review.decisions.decision import Decision, settled


def with_several_texts(decisions: Iterable[Decision]) -> set[str]:
    """Return the PMIDs whose decisions are on more than one text, or do not all say on which."""
    texts: dict[str, set[str]] = {}
    for one in decisions:
        if one.judges:
            texts.setdefault(one.pmid, set()).add(one.text_sha256)
    return {pmid for pmid, digests in texts.items() if len(digests) > 1}


def on_stored_texts(decisions: Iterable[Decision], digests: Mapping[str, str]) -> list[Decision]:
    """Leave out decisions on a text that is no longer the one stored.

    Parameters
    ----------
    decisions
        Oldest first.
    digests
        SHA-256 of the stored texts by PMID; decisions on other records stay, as do those that
        do not say on which text they were taken.
    """
    return [
        one
        for one in decisions
        # what was taken back stays so, whatever the text
        if one.action == "undo" or one.text_sha256 in ("", digests.get(one.pmid, one.text_sha256))
    ]


def settled_on(decisions: Iterable[Decision], digests: Mapping[str, str]) -> dict[str, Decision]:
    """Return the decision that counts for each PMID: on the stored text, where there is one.

    Where there is none it is one on an earlier text, which is not to be applied.
    """
    decisions = list(decisions)
    return settled(decisions) | settled(on_stored_texts(decisions, digests))


def earlier_texts(decisions: Iterable[Decision], pmid: str, digest: str) -> str:
    """Return the digests of the other texts that were decided on, with blanks between them."""
    found = {one.text_sha256 for one in decisions if one.pmid == pmid}
    return " ".join(sorted(found - {"", digest}))


def is_outdated(decision: Decision | None, digest: str) -> bool:
    """Whether a decision is on another text than that with this digest."""
    return decision is not None and decision.text_sha256 not in ("", digest)


def without_old_places(decision: Decision, digest: str) -> Decision:
    """Return a decision, without its evidence where the text is another: it stands elsewhere."""
    if not is_outdated(decision, digest):
        return decision
    findings = tuple(
        replace(one, evidence=None, also=(), found=None, null=None) for one in decision.findings
    )
    return replace(decision, findings=findings)
