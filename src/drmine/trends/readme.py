"""The README beside the trend files."""

from __future__ import annotations

from collections.abc import Sequence

from drmine import __version__
from drmine.trends.correction import MIN_LABELS
from drmine.trends.datapackage import FORMAT_VERSION, TABLES, notes
from drmine.trends.joinpoint import MAX_JOINPOINTS, MIN_SEGMENT_YEARS
from drmine.trends.schema import Column
from drmine.trends.trend_tests import MIN_DENOMINATOR, MIN_YEARS

_LOADING = """\
## How to load them

PubMed ids are names, not numbers: read `pmid` as text. Only a blank cell means missing: "NA" can
be what an abstract says (noradrenaline).

pandas:

```python
import pandas as pd


def read(name):
    return pd.read_csv(name, dtype={"pmid": "string"}, keep_default_na=False, na_values=[""])


shares = read("hypothesis_by_year.csv")
findings = read("findings.csv")
articles = read("articles.csv")
joined = findings.merge(articles[["pmid", "title", "journal"]], on="pmid", validate="many_to_one")
wide = shares[shares["is_complete"]].pivot(index="year", columns="hypothesis", values="share")
```

R:

```r
shares <- read.csv("hypothesis_by_year.csv", encoding = "UTF-8", na.strings = "")
findings <- read.csv("findings.csv", encoding = "UTF-8", na.strings = "",
                     colClasses = c(pmid = "character"))
articles <- read.csv("articles.csv", encoding = "UTF-8", na.strings = "",
                     colClasses = c(pmid = "character"))
joined <- merge(findings, articles[, c("pmid", "title", "journal")], by = "pmid")
```

Spreadsheet: open the file as UTF-8 text with comma as separator and point as decimal sign, and
set `pmid`, other ids, `text` and `concept` to text, or SEPT2 turns into a date. In LibreOffice the
import dialog asks for it; in Excel use Data, From Text/CSV.

Frictionless: `frictionless validate datapackage.json` checks every type, key and join.

A text cell that begins with an apostrophe carries it as a guard, because without it a spreadsheet
could run the cell as a formula. Take off one apostrophe to get the text back
(`s.removeprefix("'")` in Python, `sub("^'", "", s)` in R). Line breaks and control characters
inside text are blanks here, one for one, so offsets stay valid.
"""

_READING = f"""\
## How to read them

- **Evidence** is every record but retracted papers, notices, errata, and preprints whose published
  paper is evidence here (`published_as` in articles.csv names it; `n_published_preprints` in
  years.csv counts them among `n_excluded`). `is_counted` in the row-level files marks the rows that
  the yearly files count: filter by it to get their numbers (of mentions also by
  `negated` false, for those of `mechanism_by_year.csv`).
- **Two denominators**: `n_articles` (evidence records about drug response in epilepsy) and
  `n_records` (all records of the store); `n_pubmed` is all of PubMed, where known. Shares are of
  `n_articles`, or of the hypothesis' findings where the column says so.
- **Every year** from the first to the last is there, zeros included. `is_complete` is false for a
  year that was not over for two months at the last search, or was not fetched whole; do not read
  its fall as a trend.
- **Intervals** of plain shares are Wilson 95 % intervals. They hold sampling error only. A
  classifier that errs shifts the share itself: use `corrected_share` where `correction` is `ppi`
  (`ppi_gold`: by labels that were not drawn at random from the store; indicative).
  It is the share of the whole `period`, needs {MIN_LABELS} randomly drawn labels in it, and
  repeats in each of its years; hypothesis_corrected.csv has it once per period.
- **Balance** is (supports − refutes) / (supports + refutes). Mixed and neutral findings are counted
  beside it and do not enter. A paper's publication depends on its result, so read changes rather
  than levels.
- **Core and extensions**: `is_core` marks the hypotheses of the review; add up those only.
- **Mentions to findings**: a mention carries the `finding_id` of the finding of the same record on
  whose hypothesis its class bears (transporter on transporter, enzyme on pharmacokinetic, and so
  on); blank where the record has none, and for drugs.
- **Resistance rates** are figures as records state them, own results and quotations alike.

## Tests in trend_tests.csv

Only complete years enter. Models of counts, joinpoints and change points take all that have any
record (or decided finding). Tests by ranks and Sen's slope take those with at least
{MIN_DENOMINATOR} whose share can be ranked: one or more expected on either side if the share never
changed, or at least half as many records as the largest year. Shares of smaller years are mostly
0, and would make a growing literature look like a growing share. {MIN_YEARS} such years are
needed; `reason` says where they are missing. p values are adjusted after Benjamini
and Hochberg (J R Stat Soc B 1995;57:289-300) within the `family`: one test over all series of one
measure.
Several tests of one series are several looks at it, not independent evidence. Literature has a
memory: in simulated series of 36 years without trend and with an autocorrelation of 0.6, the tests
that assume independent years are significant at 5 % in 20 to 34 % of cases, `mann_kendall_ar1` in
4 to 6 % (benchmarks/coverage_simulation.py of drmine).

- `mann_kendall`: monotonic trend if years are independent; the estimate is Kendall's tau.
  Mann, Econometrica 1945;13:245-259. Kendall, Rank correlation methods, 1975.
- `mann_kendall_hamed_rao`: variance corrected for autocorrelation; too liberal in short series.
  Hamed and Rao, J Hydrol 1998;204:182-196.
- `mann_kendall_ar1`: allows for autocorrelation at lags one and two (`rho` in `model`); its
  variance is calibrated by simulation over autocorrelation and sampling noise. **The one to
  cite.** As Elliott, Mueller and Watson, Econometrica 2015;83:771-811.
- `theil_sen`: median slope per year and its interval. Sen, J Am Stat Assoc 1968;63:1379-1389.
- `theil_sen_ar1`: the same slope with an interval that allows for autocorrelation. 0 where half of
  the years hold no count, and its interval then often 0 to 0: that is no certainty.
- `count_model`: annual percent change; Poisson with offset, negative binomial if overdispersed;
  assumes independent years. Cameron and Trivedi, J Econom 1990;46:347-364.
- `count_model_ar1`: the same change with an interval that allows for autocorrelation: **cite this
  one beside `mann_kendall_ar1`** for shares; `theil_sen_ar1` for resistance rates.
- `odds_model`: for `support_share`, annual percent change of the odds of supporting against
  refuting; logistic, widened if overdispersed. McCullagh and Nelder, 1989.
- `joinpoint`: up to {MAX_JOINPOINTS} bends chosen by BIC, each segment at least
  {MIN_SEGMENT_YEARS} years.
  Intervals take the bends as known, so it is exploratory. Kim et al., Stat Med 2000;19:335-351.
- `change_point`: years in which the share jumps to a new level (`first_year` is its first),
  kept by at least half of a grid of penalties; exploratory. Jackson et al., IEEE Signal Process
  Lett 2005;12:105-108. Haynes et al., J Comput Graph Stat 2017;26:134-143.
"""


def readme(*, invented: bool, n_real: int = 0, is_complete: bool, warnings: Sequence[str]) -> str:
    """Return the text of README.md."""
    lines = ["# Trend files of drmine", ""]
    for note in notes(invented=invented, n_real=n_real, is_complete=is_complete):
        lines += [f"> **{note}**", ""]
    lines += [
        f"Made by drmine {__version__}; layout {FORMAT_VERSION}. `manifest.json` says from what, "
        "`datapackage.json` describes every column for machines.",
        "",
        "Cite the taxonomy's source: Malyshev SM, Alekseeva TM, Khachatryan WA, Galagudza MM. "
        "Pathogenesis of drug resistant epilepsy. Epilepsy and paroxysmal conditions "
        "2019;11(1):79-87.",
        "",
    ]
    if warnings:
        lines += ["## About this edition", "", *(f"- {warning}" for warning in warnings), ""]
    lines += [_LOADING, _READING, "## Files and columns", ""]
    for spec in TABLES:
        lines += [f"### {spec.file_name}: {spec.title}", "", spec.description, ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        lines += [_row(column, column.name in spec.primary_key) for column in spec.columns]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(column: Column, is_key: bool) -> str:
    key = " (key)" if is_key else ""
    return f"| `{column.name}`{key} | {column.type} | {column.description} |"
