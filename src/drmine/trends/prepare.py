"""Clean the store's frames: types, keys that hold, and which rows the yearly files count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from drmine.plural import how_many
from drmine.pubmed.dates import FIRST_YEAR
from drmine.trends.clean import (
    joinable,
    last_year,
    running_id,
    sorted_by_pmid,
    typed,
    unique,
)
from drmine.trends.tables import (
    ARTICLE_COLUMNS,
    FINDING_COLUMNS,
    MENTION_COLUMNS,
    RATE_COLUMNS,
    Tables,
)

UNKNOWN = "unknown"
CLASS_BEARS_ON: Mapping[str, str] = {
    "transporter": "transporter",
    "target": "target",
    "enzyme": "pharmacokinetic",
    "pharmacokinetics": "pharmacokinetic",
    "severity": "intrinsic_severity",
    "network": "neural_network",
    "inflammation": "neuroinflammation",
    "epigenetic": "epigenetic",
    "gene": "gene_variant",
}
"""Hypothesis on which a concept's class bears (annotation guidelines, borderline rule 2)."""

_MENTION_ORDER = (
    "start", "end", "concept", "text", "matched_by", "long_form", "negated", "speculated",
)  # fmt: skip


class HypothesisLike(Protocol):
    """What is needed of a hypothesis; the taxonomy's own objects fit."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def group(self) -> str | None: ...
    @property
    def core(self) -> bool: ...


@dataclass(frozen=True)
class Prepared:
    """Clean frames; ``is_counted`` marks what the yearly files count.

    ``years`` holds one row for every year with its denominators, ``concepts``
    one for every concept that is named (concept, name, class).
    """

    articles: pd.DataFrame
    findings: pd.DataFrame
    mentions: pd.DataFrame
    rates: pd.DataFrame
    hypotheses: pd.DataFrame
    years: pd.DataFrame
    concepts: pd.DataFrame
    warnings: tuple[str, ...]

    @property
    def counted_articles(self) -> pd.DataFrame:
        """Evidence records about drug response with a year: the n_articles."""
        return self.articles[self.articles["is_counted"]]

    @property
    def counted_findings(self) -> pd.DataFrame:
        """Findings of the counted articles."""
        return self.findings[self.findings["is_counted"]]


def prepare(
    tables: Tables,
    hypotheses: Iterable[HypothesisLike],
    *,
    complete_through: int | None,
    concept_names: Mapping[str, tuple[str, str]],
    pubmed_totals: Mapping[int, int] | None = None,
) -> Prepared:
    """Clean the frames and set up years, hypotheses and concepts.

    With no ``complete_through`` the last year in the store counts as incomplete.
    Rows that cannot be joined (a finding of no article, a hypothesis that the
    taxonomy lacks, a second row with the same key) are left out with a warning.

    Raises
    ------
    InputError
        A frame lacks a column.
    """
    warnings: list[str] = []
    known = hypothesis_table(hypotheses)
    articles = typed(tables.articles, ARTICLE_COLUMNS, "articles")
    # a year before PubMed begins is a slip that would add hundreds of empty rows
    strange = articles["year"].notna() & ~articles["year"].between(FIRST_YEAR, last_year())
    if strange.any():
        warnings.append(
            f"{how_many(int(strange.sum()), 'record')} with an impossible year, which was left out."
        )
        articles["year"] = articles["year"].mask(strange.astype(bool))
    articles = sorted_by_pmid(articles, [name for name in ARTICLE_COLUMNS if name != "pmid"])
    articles = unique(articles, ["pmid"], "article", warnings)
    articles["is_counted"] = (
        articles["is_evidence"] & articles["about_drug_response"] & articles["year"].notna()
    )
    undated = int((articles["is_evidence"] & articles["year"].isna()).sum())
    if undated:
        warnings.append(
            f"{how_many(undated, 'record')} without a year, with all findings, in the files of "
            "rows "
            "(articles.csv, findings.csv and so on), but counted in no year."
        )
    findings = _findings(tables.findings, articles, known, warnings)
    mentions = _mentions(tables.mentions, articles, findings, concept_names, warnings)
    rates = _rates(tables.rates, articles, warnings)
    return Prepared(
        articles=articles,
        findings=findings,
        mentions=mentions,
        rates=rates,
        hypotheses=known,
        years=_years(articles, findings, complete_through, pubmed_totals),
        concepts=mentions[["concept", "name", "class"]]
        .drop_duplicates("concept")
        .sort_values("concept", ignore_index=True),
        warnings=tuple(warnings),
    )


def hypothesis_table(hypotheses: Iterable[HypothesisLike]) -> pd.DataFrame:
    """Return hypothesis, name, group and is_core, in the order of the taxonomy."""
    rows = [(one.id, one.name, one.group or "", bool(one.core)) for one in hypotheses]
    frame = pd.DataFrame(rows, columns=["hypothesis", "name", "group", "is_core"])
    return frame.astype({"is_core": bool})


def _findings(
    frame: pd.DataFrame, articles: pd.DataFrame, known: pd.DataFrame, warnings: list[str]
) -> pd.DataFrame:
    findings = typed(frame, FINDING_COLUMNS, "findings")
    strange = ~findings["hypothesis"].isin(known["hypothesis"])
    if strange.any():
        names = ", ".join(sorted(set(findings.loc[strange, "hypothesis"]))[:5])
        warnings.append(
            f"{how_many(int(strange.sum()), 'finding')} of hypotheses that the taxonomy lacks "
            f"({names}) left out; run drmine refresh to judge their records anew."
        )
        findings = findings[~strange]
    findings["finding_id"] = findings["pmid"] + ":" + findings["hypothesis"]
    for column in ("stance", "origin"):
        findings[column] = findings[column].where(findings[column] != "", UNKNOWN)
    # the best-scored comes first, so of two rows with one key that one stays
    findings = findings.assign(_worst=-findings["score"].fillna(0))
    rest = [name for name in FINDING_COLUMNS if name not in ("pmid", "hypothesis", "score")]
    findings = sorted_by_pmid(findings, ["hypothesis", "_worst", *rest]).drop(columns="_worst")
    findings = unique(findings, ["finding_id"], "finding", warnings)
    return joinable(findings, articles, "finding", warnings)


def _mentions(
    frame: pd.DataFrame,
    articles: pd.DataFrame,
    findings: pd.DataFrame,
    concept_names: Mapping[str, tuple[str, str]],
    warnings: list[str],
) -> pd.DataFrame:
    mentions = typed(frame, MENTION_COLUMNS, "mentions")
    mentions = joinable(mentions, articles, "mention", warnings)
    mentions = sorted_by_pmid(mentions, list(_MENTION_ORDER))
    codes, concepts = pd.factorize(mentions["concept"])
    classes = mentions.groupby("concept", sort=False)["class"].min()
    names, kinds = [], []
    for concept in concepts:
        name, class_ = concept_names.get(concept, (concept, classes[concept]))
        names.append(name or concept)
        kinds.append(class_ or classes[concept])
    mentions["name"] = pd.array(names, dtype=object)[codes] if names else ""
    mentions["class"] = pd.array(kinds, dtype=object)[codes] if kinds else ""
    wanted = mentions["pmid"] + ":" + mentions["class"].map(dict(CLASS_BEARS_ON)).fillna("")
    mentions["finding_id"] = wanted.where(wanted.isin(findings["finding_id"]), "")
    mentions["mention_id"] = running_id(mentions["pmid"])
    return mentions


def _rates(frame: pd.DataFrame, articles: pd.DataFrame, warnings: list[str]) -> pd.DataFrame:
    rates = typed(frame, RATE_COLUMNS, "rates")
    rates["population"] = rates["population"].where(rates["population"] != "", UNKNOWN)
    wrong = ~(rates["low"].between(0, 1) & rates["high"].between(0, 1))
    if wrong.any():
        warnings.append(
            f"{int(wrong.sum())} resistance rates are no share between 0 and 1; they were left out."
        )
        rates = rates[~wrong]
    low, high = rates["low"].copy(), rates["high"].copy()
    rates["low"], rates["high"] = low.where(low <= high, high), high.where(low <= high, low)
    rates["mid"] = (rates["low"] + rates["high"]) / 2
    rates = sorted_by_pmid(
        rates, ["start", "end", "low", "high", "population", "text", "study_type"]
    )
    rates = joinable(rates, articles, "rate", warnings)
    # a reported rate speaks of resistance by itself, whatever the record was judged to be
    rates["is_counted"] = rates["is_evidence"] & rates["year"].notna()
    rates["rate_id"] = running_id(rates["pmid"])
    return rates


def _years(
    articles: pd.DataFrame,
    findings: pd.DataFrame,
    complete_through: int | None,
    pubmed_totals: Mapping[int, int] | None,
) -> pd.DataFrame:
    dated = articles["year"].dropna().astype(int)
    span = range(dated.min(), dated.max() + 1) if len(dated) else range(0)
    index = pd.Index(span, name="year", dtype="int64")

    def per_year(years: pd.Series) -> pd.Series:
        return years.dropna().astype("int64").value_counts().reindex(index, fill_value=0)

    if complete_through is None and len(span):
        complete_through = span[-1] - 1
    totals = {int(year): int(n) for year, n in (pubmed_totals or {}).items()}
    frame = pd.DataFrame(index=index)
    frame["is_complete"] = [
        complete_through is not None and year <= complete_through for year in span
    ]
    frame["n_articles"] = per_year(articles.loc[articles["is_counted"], "year"])
    frame["n_records"] = per_year(articles["year"])
    frame["n_pubmed"] = pd.array([totals.get(year) for year in span], dtype="Int64")
    frame["n_findings"] = per_year(findings.loc[findings["is_counted"], "year"])
    frame["n_excluded"] = per_year(articles.loc[~articles["is_evidence"], "year"])
    frame["n_published_preprints"] = per_year(articles.loc[articles["published_as"] != "", "year"])
    return frame.reset_index().astype({"is_complete": bool})
