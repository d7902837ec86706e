"""Tables with one row per year and key, and the balance of stances."""

from __future__ import annotations

from drmine.trends.schema import (
    DENOMINATORS,
    HYPOTHESIS_KEY,
    TO_HYPOTHESIS,
    TO_YEAR,
    YEAR,
    Column,
    TableSpec,
    count,
    flag,
    integer,
    interval,
    number,
    share,
    text,
)

_N_FINDINGS = count("n_findings", "Findings of the hypothesis in the year: what share is of.")
_STANCE_COUNTS = (
    count("n_supports", "Findings that support."),
    count("n_refutes", "Findings that refute."),
    count("n_mixed", "Findings on both sides."),
    count("n_neutral", "Findings that describe without a result."),
    count("n_findings", "All findings, unknown stances included."),
)
_BALANCE = (
    *_STANCE_COUNTS,
    *interval("support_share", "n_supports / (n_supports + n_refutes)"),
    number("balance", "(n_supports - n_refutes) / (n_supports + n_refutes), from -1 to 1."),
    number("balance_low", "Lower end of its 95 % interval: 2 * support_share_low - 1."),
    number("balance_high", "Upper end of its 95 % interval: 2 * support_share_high - 1."),
)
_WINDOW: tuple[Column, ...] = (
    integer("window_start", "First year of the window."),
    integer("window_end", "Last year of the window."),
    flag("is_complete", "Whether every year of the window lies in the store and is complete."),
)
_GROUP = text("group", "Group of hypotheses; 'ungrouped' for those without one.")

HYPOTHESIS_BY_YEAR = TableSpec(
    "hypothesis_by_year",
    "Hypotheses by year",
    "How many records bear on each hypothesis, and their share among those on drug response.",
    (
        YEAR,
        *HYPOTHESIS_KEY,
        *DENOMINATORS,
        count("n", "Evidence records on drug response that bear on the hypothesis."),
        *interval("share", "n / n_articles"),
        text("period", "Period of the correction; blank without labels.", required=False),
        share("corrected_share", "Share in the whole period, corrected for classifier error."),
        share("corrected_low", "Lower end of its 95 % interval."),
        share("corrected_high", "Upper end of its 95 % interval."),
        text(
            "correction",
            "ppi: corrected by a random sample; ppi_gold: by gold labels that were not drawn at "
            "random, indicative; too_few_labels: labels exist, but too few; none: no labels.",
            values=("ppi", "ppi_gold", "too_few_labels", "none"),
        ),
    ),
    ("year", "hypothesis"),
    (TO_YEAR, TO_HYPOTHESIS),
)
STANCE_BY_YEAR = TableSpec(
    "stance_by_year",
    "Stances by year",
    "How the findings of each hypothesis divide into supporting, refuting, mixed and neutral.",
    (
        YEAR,
        *HYPOTHESIS_KEY,
        text("stance", "Stance towards the hypothesis."),
        *DENOMINATORS,
        _N_FINDINGS,
        count("n", "Findings with the stance."),
        *interval("share", "n / n_findings"),
    ),
    ("year", "hypothesis", "stance"),
    (TO_YEAR, TO_HYPOTHESIS),
)
ORIGIN_BY_YEAR = TableSpec(
    "origin_by_year",
    "Origins by year",
    "How the findings of each hypothesis divide into congenital and acquired causes.",
    (
        YEAR,
        *HYPOTHESIS_KEY,
        text("origin", "Origin of the difference."),
        *DENOMINATORS,
        _N_FINDINGS,
        count("n", "Findings with the origin."),
        *interval("share", "n / n_findings"),
    ),
    ("year", "hypothesis", "origin"),
    (TO_YEAR, TO_HYPOTHESIS),
)
STUDY_TYPE_BY_YEAR = TableSpec(
    "study_type_by_year",
    "Study types by year",
    "Kinds of study among the evidence records on drug response.",
    (
        YEAR,
        text("study_type", "Kind of study."),
        *DENOMINATORS,
        count("n", "Evidence records on drug response of this kind."),
        *interval("share", "n / n_articles"),
    ),
    ("year", "study_type"),
    (TO_YEAR,),
)
MECHANISM_BY_YEAR = TableSpec(
    "mechanism_by_year",
    "Mechanisms by year",
    "Evidence records on drug response that name a concept without denying it. Every concept "
    "named at least once in the store has a row for every year.",
    (
        YEAR,
        text("concept", "Id of the concept."),
        text("name", "Name of the concept."),
        text("class", "Class of the concept.", required=False),
        *DENOMINATORS,
        count("n", "Records with at least one mention that is not negated."),
        *interval("share", "n / n_articles"),
    ),
    ("year", "concept"),
    (TO_YEAR,),
)
RESISTANCE_RATE_BY_YEAR = TableSpec(
    "resistance_rate_by_year",
    "Reported resistance rates by year",
    "Shares of drug-resistant patients as reported in evidence records, by population and year "
    "of publication. A record that repeats a figure counts once. A range counts by its middle; "
    "quartiles interpolate linearly (type 7 in R).",
    (
        YEAR,
        text("population", "Whom the share speaks of; 'all' takes every population together."),
        *DENOMINATORS,
        count("n_reports", "Reported shares."),
        count("n_reporting_articles", "Records that report them."),
        share("median", "Median of the reported shares."),
        share("q1", "Lower quartile."),
        share("q3", "Upper quartile."),
        share("min", "Lowest end of any reported share."),
        share("max", "Highest end of any reported share."),
    ),
    ("year", "population"),
    (TO_YEAR,),
)
GROUP_BY_YEAR = TableSpec(
    "group_by_year",
    "Groups of hypotheses by year",
    "The groups of hypotheses side by side. A record counts once per group.",
    (
        YEAR,
        _GROUP,
        *DENOMINATORS,
        count("n", "Evidence records on drug response that bear on a hypothesis of the group."),
        *interval("share", "n / n_articles"),
    ),
    ("year", "group"),
    (TO_YEAR,),
)
BALANCE_CUMULATIVE = TableSpec(
    "balance_cumulative",
    "Balance of evidence, cumulative",
    "Supporting and refuting findings of each hypothesis up to and including the year.",
    (
        YEAR,
        *HYPOTHESIS_KEY,
        flag("is_complete", "Whether the year was over for two months when it was fetched."),
        *_BALANCE,
    ),
    ("year", "hypothesis"),
    (TO_YEAR, TO_HYPOTHESIS),
)
BALANCE_BY_WINDOW = TableSpec(
    "balance_by_window",
    "Balance of evidence by five years",
    "Supporting and refuting findings of each hypothesis in windows of five calendar years.",
    (*_WINDOW, *HYPOTHESIS_KEY, *_BALANCE),
    ("window_start", "hypothesis"),
    (TO_HYPOTHESIS,),
)
GROUP_BALANCE_BY_WINDOW = TableSpec(
    "group_balance_by_window",
    "Balance of evidence of the groups by five years",
    "As balance_by_window, for the groups of hypotheses side by side. A finding is the unit, and a "
    "record may have several in a group: intervals take them as independent, and are too narrow "
    "where that is frequent.",
    (*_WINDOW, _GROUP, *_BALANCE),
    ("window_start", "group"),
)
BALANCE_BY_STUDY_TYPE = TableSpec(
    "balance_by_study_type",
    "Balance of evidence by study type",
    "Supporting and refuting findings of each hypothesis, all years, by kind of study.",
    (*HYPOTHESIS_KEY, text("study_type", "Kind of study."), *_BALANCE),
    ("hypothesis", "study_type"),
    (TO_HYPOTHESIS,),
)
BALANCE_BY_ORIGIN = TableSpec(
    "balance_by_origin",
    "Balance of evidence by origin",
    "Supporting and refuting findings of each hypothesis, all years, by congenital or acquired.",
    (*HYPOTHESIS_KEY, text("origin", "Origin of the difference."), *_BALANCE),
    ("hypothesis", "origin"),
    (TO_HYPOTHESIS,),
)
BALANCE_BY_CONCEPT = TableSpec(
    "balance_by_concept",
    "Balance of evidence by concept",
    "Supporting and refuting findings by concept that the record names and whose class bears on "
    "the hypothesis. Negated mentions count here: a denial is often the refuting result.",
    (
        *HYPOTHESIS_KEY,
        text("concept", "Id of the concept."),
        text("name", "Name of the concept."),
        text("class", "Class of the concept.", required=False),
        *_BALANCE,
    ),
    ("hypothesis", "concept"),
    (TO_HYPOTHESIS,),
)
YEAR_TABLES = (
    HYPOTHESIS_BY_YEAR,
    STANCE_BY_YEAR,
    STUDY_TYPE_BY_YEAR,
    ORIGIN_BY_YEAR,
    MECHANISM_BY_YEAR,
    RESISTANCE_RATE_BY_YEAR,
    GROUP_BY_YEAR,
)
BALANCE_TABLES = (
    BALANCE_CUMULATIVE,
    BALANCE_BY_WINDOW,
    GROUP_BALANCE_BY_WINDOW,
    BALANCE_BY_STUDY_TYPE,
    BALANCE_BY_ORIGIN,
    BALANCE_BY_CONCEPT,
)
