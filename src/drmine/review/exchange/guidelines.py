"""The guidelines in short, for the second sheet of a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from drmine.review.exchange.columns import ABOUT, DECISION, NOTE, STUDY_TYPE, Columns

_HOW = """
One row is one PubMed record. Judge only what its title and abstract say. Fill in the columns with
a coloured head; the others are locked. Rows without a decision are passed over when the file comes
back, so stop whenever you like. The full guidelines are in annotations/guidelines.md.
"""
_DECISION = """
accept: the machine is right in everything; leave the rest of the row blank. change: the row says
what you found, whole. reject: there is no hypothesis in the record; say in about_drug_response
whether it is about drug response at all. skip: somebody else shall decide.
"""
_DECISION_BLIND = """
change: the row says what you found. reject: there is no hypothesis in the record. skip: somebody
else shall decide. Where the row is filled in it can be left blank.
"""
_ABOUT = """
yes: about epilepsy and about resistance, response, or variation in exposure or dose of antiseizure
medication.
"""
_STANCE = """
Its stance, where the record bears on it: supports (found as the hypothesis predicts), refutes
(looked for and not found, or the opposite), mixed (both), neutral (described, or inconclusive).
Blank: the record does not bear on it. A null result is evidence: choose refutes, do not leave it
out.
"""
_ORIGIN = """
congenital (germline variants, malformation), acquired (by seizures, drugs, injury), both,
unspecified (a blank means the same).
"""
_EVIDENCE = """
One sentence that shows the stance best, copied from title or abstract; optional.
"""


def guideline_rows(columns: Columns) -> Iterator[tuple[str, str]]:
    """Yield what each column means: a name and a text."""
    study_types = ", ".join(columns.choices(STUDY_TYPE))
    for name, text in (
        ("How to fill it in", _HOW),
        (DECISION, _DECISION_BLIND if columns.blind else _DECISION),
        (ABOUT, _ABOUT),
        (STUDY_TYPE, f"The one that the main result rests on: {study_types}."),
        ("a hypothesis", _STANCE),
        ("…_origin", _ORIGIN),
        ("…_evidence", _EVIDENCE),
        (NOTE, "Anything you want to say; optional."),
        *(
            (one.id, f"{one.name}. {'' if one.core else 'Extension, counted apart. '}"
             f"{one.definition}")
            for one in columns.taxonomy.hypotheses
        ),
    ):  # fmt: skip
        yield name, " ".join(text.split())
