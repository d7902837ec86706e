"""The method page: how many records at every step, what made the files, and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drmine.report.data import ReportData

# in round figures, that hold from one model to the next; a test holds them against the benchmarks
HOW_OFTEN_WRONG = (
    "The machine errs. On invented records that re-tell papers on drug response as a search gives "
    "them, and that it has not learned from, some one in four of its stances is wrong, and one in "
    "six of the findings that it reports is not in the paper; one in five is missed. On real "
    "records that were set aside, most of them old titles without an abstract, it found some "
    "three in four of those on drug response, and half of what it took for such was not; they hold "
    "too few findings to say how often its hypotheses and stances are right in real papers. Read "
    "the paper before you cite a finding."
)
"""How often the machine is wrong, for a reader who looks no further than the report."""


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the flow: records that go on, and beside it what is left out and why."""

    label: str
    n: int
    left_out: tuple[tuple[str, int], ...] = ()


def flow(data: ReportData, manifest: dict[str, Any]) -> list[Step]:
    """Return the way from the query to the findings; every number follows from those above it.

    The boxes from the store on are counted from the files themselves, so that
    what is left out and what goes on add up.
    """
    articles, findings = data["articles"], data["findings"]
    evidence = articles[articles["is_evidence"].astype(bool)]
    n_preprints = int(articles["published_as"].notna().sum())
    read = evidence[evidence["about_drug_response_score"].notna()]
    about = read[read["about_drug_response"].astype(bool)]
    counted = about[about["is_counted"].astype(bool)]
    bearing = findings[findings["is_counted"].astype(bool)]
    n_bearing = int(bearing["pmid"].nunique())
    steps = [
        *_search_steps(manifest.get("counts", {})),
        Step(
            "records in the store, from all runs and imports",
            len(articles),
            (
                (
                    "retracted papers, notices and errata",
                    len(articles) - len(evidence) - n_preprints,
                ),
                ("preprints whose published paper is here", n_preprints),
                ("not read by the machine yet", len(evidence) - len(read)),
            ),
        ),
        Step(
            "records read by the machine",
            len(read),
            (("not on drug response in epilepsy", len(read) - len(about)),),
        ),
        Step(
            "records on drug response in epilepsy",
            len(about),
            (("without a year of publication", len(about) - len(counted)),),
        ),
        Step(
            "records that the yearly files count",
            len(counted),
            (("bearing on no hypothesis", len(counted) - n_bearing),),
        ),
        Step("records that bear on at least one hypothesis", n_bearing),
        Step("findings (a record and a hypothesis)", len(bearing)),
    ]
    return [
        Step(step.label, step.n, tuple(pair for pair in step.left_out if pair[1] > 0))
        for step in steps
    ]


def _search_steps(counts: Mapping[str, Any]) -> list[Step]:
    """Return the steps of the latest search; none where the run asked PubMed for nothing."""
    if "asked" not in counts:
        return []
    asked, fetched = int(counts["asked"]), int(counts.get("fetched", 0))
    # a full run also asks for what the store holds and the query does not find
    n_others = int(counts.get("not_found_fetched", 0))
    not_served = int(counts.get("not_served", 0))
    wanted = int(counts.get("planned", asked)) - int(counts.get("not_found", 0))
    others = f", {n_others:,} of which the query does not find" if n_others else ""
    left_out = (
        ("known and unchanged, not fetched again", asked - wanted),
        ("found, but not served by PubMed", not_served),
        ("not fetched, listed in the manifest", wanted - (fetched - n_others) - not_served),
    )
    return [
        Step("PMIDs that the query found in the latest search", asked, left_out),
        Step(f"records fetched in this run{others}", fetched),
    ]


def how_corrected(data: ReportData) -> str:
    """Say whether shares are corrected for the machine's errors, and by how many labels."""
    table = data["hypothesis_corrected"]
    done = table[table["correction"] != "too_few_labels"]
    if done.empty:
        few = "" if table.empty else " (labels exist, but too few in each period)"
        return (
            "The machine's errors are not corrected for" + few + ": shares are what it reads, and "
            "their intervals (Wilson, 95 %) hold the chance of sampling alone. A rare hypothesis "
            "is overstated most: with a specificity of 95 %, a true share of 2 % reads as 6 "
            "to 7 %. Review the random sample to have them corrected."
        )
    periods = ", ".join(sorted(set(done["period"])))
    n = int(done.groupby("period")["n_labels"].max().sum())
    gold = (
        " Labels among them are of a gold standard, not drawn at random from this store: take "
        "the corrected shares as indicative."
        if (done["correction"] == "ppi_gold").any()
        else ""
    )
    return (
        f"Shares of the periods {periods} are corrected for the machine's errors by {n:,} labelled "
        "records (prediction-powered inference, PPI++); the plain share stands beside them with "
        "its Wilson interval, which holds the chance of sampling alone. Stances are not corrected, "
        f"and trends are tested on the plain shares.{gold}"
    )
