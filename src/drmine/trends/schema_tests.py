"""Tables of results of statistics: trend tests and shares corrected for classifier error."""

from __future__ import annotations

from drmine.trends.schema import (
    TO_HYPOTHESIS,
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

TREND_TESTS = TableSpec(
    "trend_tests",
    "Trend tests",
    "One row per series and test (joinpoint: per segment). Incomplete years are left out. Where "
    "a test was not possible, reason says why and the numbers are blank.",
    (
        text("measure", "What the series is, such as hypothesis_share."),
        text("key", "Whose series it is, such as the id of the hypothesis."),
        text("test", "Name of the test; the README beside this file names each one's source."),
        integer("segment", "Running number of the segment (joinpoint, change points); else 1."),
        integer("first_year", "First year used, or of the segment.", required=False),
        integer("last_year", "Last year used, or of the segment.", required=False),
        count("n_years", "Years used, or in the segment."),
        number("statistic", "Test statistic: z; Student's t where the model is quasi_binomial."),
        share(
            "p_value",
            "Two-sided p value; that of mann_kendall_ar1 and count_model_ar1, where below 0.05, is "
            "larger than the normal distribution would have it for z, which is estimated.",
        ),
        share("p_adjusted", "Adjusted after Benjamini and Hochberg within the family."),
        text("family", "Tests that were adjusted together; blank if none.", required=False),
        number("estimate", "Size of the effect, in the unit given beside it."),
        number("low", "Lower end of its 95 % interval."),
        number("high", "Upper end of its 95 % interval."),
        text("unit", "Unit of the estimate.", required=False),
        text(
            "direction",
            "up, down or flat, by the estimate's sign; by itself no sign of a trend.",
            required=False,
        ),
        text(
            "model", "Model that was chosen, such as poisson or negative_binomial.", required=False
        ),
        flag("is_exploratory", "True for results on which no conclusion should rest."),
        text("reason", "Why there are no numbers; blank where there are.", required=False),
    ),
    ("measure", "key", "test", "segment"),
)
_LABELS: tuple[Column, ...] = (
    count(
        "n_articles",
        "Records of the period that the machine counts, with those that a reviewer has found "
        "off the topic since.",
    ),
    count("n_labels", "Labelled ones among them; drawn at random but for ppi_gold."),
    count("n_labels_positive", "Labelled ones that bear on the hypothesis."),
)
HYPOTHESIS_CORRECTED = TableSpec(
    "hypothesis_corrected",
    "Shares corrected for classifier error",
    "One row per period and hypothesis: the machine's share, the labels' share and the share "
    "corrected by prediction-powered inference (PPI++). Empty without labels.",
    (
        text("period", "Period within which labels were drawn."),
        text("hypothesis", "Id of the hypothesis."),
        *_LABELS,
        *interval("share", "Machine's share in the period"),
        share("labels_share", "Share among the labelled records alone, weighted."),
        share("corrected_share", "Share corrected by the labels."),
        share("corrected_low", "Lower end of its 95 % interval."),
        share("corrected_high", "Upper end of its 95 % interval."),
        share("lambda", "Trust in the machine's predictions that the data chose, 0 to 1."),
        text(
            "correction",
            "ppi: corrected by a random sample; ppi_gold: by gold labels that were not drawn at "
            "random, indicative; too_few_labels: too few to correct.",
            values=("ppi", "ppi_gold", "too_few_labels"),
        ),
    ),
    ("period", "hypothesis"),
    (TO_HYPOTHESIS,),
)
TEST_TABLES = (TREND_TESTS, HYPOTHESIS_CORRECTED)
