"""The machine's own word on records whose labels in the store are a reviewer's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd


class MachineWord(Protocol):
    """What the machine says of a record; the reviewers' own objects fit."""

    @property
    def about(self) -> bool: ...
    @property
    def hypotheses(self) -> Collection[str]: ...


def as_the_machine_counts(
    articles: pd.DataFrame, machine: Mapping[str, MachineWord]
) -> pd.DataFrame:
    """Return the articles with the machine's own word on which of them are on the topic.

    The random sample was drawn from what the machine counts. Records that reviewers took off the
    topic stay in it, bearing on no hypothesis: without them nothing would tell how many more of
    the others are off the topic, and corrected shares would come out too low.
    """
    about = [
        machine[pmid].about if pmid in machine else bool(stored)
        for pmid, stored in zip(articles["pmid"], articles["about_drug_response"], strict=True)
    ]
    return articles.assign(about_drug_response=about)


def counted_articles(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the articles that the shares count: evidence on drug response, with a year."""
    return articles[
        articles["is_evidence"].astype(bool)
        & articles["about_drug_response"].astype(bool)
        & articles["year"].notna()
    ]


def machine_years(articles: pd.DataFrame, machine: Mapping[str, MachineWord]) -> pd.Series:
    """Return the year of each record that the machine counts, by PMID."""
    counted = counted_articles(as_the_machine_counts(articles, machine))
    return counted.set_index("pmid")["year"].astype("int64")


def given_by_the_machine(
    hypothesis: str, stored: Iterable[str], machine: Mapping[str, MachineWord]
) -> set[str]:
    """Return the records to which the machine gave a hypothesis.

    ``stored`` are those to which the store gives it: the machine's word where no decision
    stands in its place.
    """
    given = {pmid for pmid in stored if pmid not in machine}
    return given | {pmid for pmid, said in machine.items() if hypothesis in said.hypotheses}
