"""Make every frame of the data package from the store's frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from drmine.trends import balance, counts
from drmine.trends.correction import correct_hypotheses
from drmine.trends.machine import MachineWord
from drmine.trends.prepare import HypothesisLike, Prepared, prepare
from drmine.trends.tables import Tables
from drmine.trends.trend_tests import trend_tests


def build_frames(
    tables: Tables,
    hypotheses: Iterable[HypothesisLike],
    *,
    complete_through: int | None,
    concept_names: Mapping[str, tuple[str, str]],
    labels: pd.DataFrame | None = None,
    pubmed_totals: Mapping[int, int] | None = None,
    machine: Mapping[str, MachineWord] | None = None,
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return every frame by table name, and the warnings; arguments as for ``write_trends``."""
    data = prepare(
        tables,
        hypotheses,
        complete_through=complete_through,
        concept_names=concept_names,
        pubmed_totals=pubmed_totals,
    )
    warnings = [*_said_of_the_data(data), *data.warnings]
    by_hypothesis = counts.hypothesis_by_year(data)
    corrected, corrections, more = correct_hypotheses(data, labels, machine)
    by_hypothesis = by_hypothesis.merge(corrections, on=["year", "hypothesis"], how="left")
    by_hypothesis["correction"] = by_hypothesis["correction"].fillna("none")
    by_group = counts.group_by_year(data)
    by_stance = counts.stance_by_year(data)
    by_rate = counts.resistance_rate_by_year(data)
    frames = {
        "hypothesis_by_year": by_hypothesis,
        "stance_by_year": by_stance,
        "study_type_by_year": counts.study_type_by_year(data),
        "origin_by_year": counts.origin_by_year(data),
        "mechanism_by_year": counts.mechanism_by_year(data),
        "resistance_rate_by_year": by_rate,
        "group_by_year": by_group,
        "trend_tests": trend_tests(by_hypothesis, by_group, by_stance, by_rate),
        "hypothesis_corrected": corrected,
        "balance_cumulative": balance.balance_cumulative(data),
        "balance_by_window": balance.balance_by_window(data),
        "group_balance_by_window": balance.group_balance_by_window(data),
        "balance_by_study_type": balance.balance_by_study_type(data),
        "balance_by_origin": balance.balance_by_origin(data),
        "balance_by_concept": balance.balance_by_concept(data),
        "years": data.years,
        "hypotheses": data.hypotheses,
        "articles": data.articles,
        "findings": data.findings,
        "mentions": data.mentions,
        "resistance_rates": data.rates,
    }
    return frames, (*warnings, *more)


def _said_of_the_data(data: Prepared) -> list[str]:
    said = []
    if data.articles.empty:
        said.append("The store holds no records; every file has its header and no counts.")
    elif data.counted_articles.empty:
        said.append("No record of the store is counted as evidence on drug response.")
    preprints = int((data.articles["published_as"] != "").sum())
    excluded = int((~data.articles["is_evidence"]).sum()) - preprints
    if excluded:
        papers = "paper, notice or erratum is" if excluded == 1 else "papers, notices or errata are"
        said.append(f"{excluded:,} retracted {papers} not counted as evidence.")
    if preprints:
        is_left, paper = ("preprint is", "its") if preprints == 1 else ("preprints are", "their")
        said.append(
            f"{preprints:,} {is_left} not counted as evidence, since {paper} published "
            f"{'paper is' if preprints == 1 else 'papers are'}; `published_as` in articles.csv "
            "names the paper."
        )
    counted = data.counted_articles
    doubted = counted.loc[counted["retraction"] == "expression_of_concern", "pmid"].tolist()
    if doubted:
        named = ", ".join(map(str, doubted[:20])) + (", ..." if len(doubted) > 20 else "")
        said.append(f"Counted, though their journal has expressed concern: {named}.")
    unfinished = [str(y) for y in data.years.loc[~data.years["is_complete"], "year"]]
    if unfinished:
        years = ", ".join(unfinished) if len(unfinished) < 4 else f"{unfinished[0]} and later"
        said.append(f"Incomplete years are left out of the trend tests: {years}.")
    return said
