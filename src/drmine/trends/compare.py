"""What moved between two runs: records added or gone, labels changed, and by which cause."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.trends.complete_years import newly_complete, spans
from drmine.trends.schema import TRUE
from drmine.workspace import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

ARTICLE_LABELS = ("about_drug_response", "study_type")
ARTICLE_FACTS = ("year", "title", "publication_types", "retraction", "text_hash")
# a preprint comes and goes from the counts with the paper that it became, itself unrevised
PUBLISHED_AS = "published_as"
# told where nothing else says why a record counts or no longer does, as for an erratum
IS_EVIDENCE = "is_evidence"
_SAY_WHY_IT_COUNTS = ("retraction", "publication_types", PUBLISHED_AS)
FINDING_LABELS = ("stance", "origin")
YEARS = "years.csv"
COLUMNS = ("pmid", "change", "label", "before", "after", "cause")

ADDED, REMOVED, REVISED, RELABELLED = "added", "removed", "revised", "relabelled"
_CHANGES = (ADDED, REMOVED, REVISED, RELABELLED)
NEW_DATA, REVIEW, UNEXPLAINED = "new data", "review", "unexplained"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every change as a row (:data:`COLUMNS`) and the names of what was made anew.

    ``change`` is added, removed or revised (a record) or relabelled; ``label``
    says what changed, such as ``study_type``, ``transporter`` (whether there is
    a finding) or ``transporter.stance``. ``cause`` is new data, review, a list
    such as ``new model, new vocabulary``, or unexplained. ``completed`` are the years that
    count as complete since, ``reopened`` those that no longer do: the trend tests take in the
    first and leave out the others, though no record moved.
    """

    changes: pd.DataFrame
    renewed: tuple[str, ...]
    completed: tuple[int, ...] = ()
    reopened: tuple[int, ...] = ()

    def on_years(self) -> list[str]:
        """Say which years became complete or incomplete, if any."""
        told = (
            (self.completed, "Complete since, and new in the trend tests"),
            (self.reopened, "No longer complete, and left out of the trend tests"),
        )
        return [f"{said}: {spans(years)}." for years, said in told if years]

    def summary(self) -> pd.DataFrame:
        """Count the changes by change, label and cause."""
        by = ["change", "label", "cause"]
        return self.changes.groupby(by, sort=True).size().rename("n").reset_index()

    def by_cause(self) -> pd.DataFrame:
        """Count by cause the records that came, went, were revised, or changed a label."""
        table = self.changes.pivot_table(
            index="cause", columns="change", values="pmid", aggfunc="nunique", fill_value=0
        )
        return table.reindex(columns=list(_CHANGES), fill_value=0).reset_index()


def compare_runs(before: Path, after: Path) -> Comparison:
    """Compare two folders of trend files.

    A changed label is laid to a review if either run holds a reviewer's decision
    on the record (it was taken, changed or undone between them) and no revision of
    the record put it out of force, else to new data if the record itself was
    revised, else to whatever fingerprints differ between the two manifests
    (``fingerprints``: code, vocabulary, taxonomy, model). One label can
    have several such causes, which the files cannot tell apart.

    Parameters
    ----------
    before, after
        Folders with articles.csv, findings.csv (each may be gzipped) and
        manifest.json; a folder that holds them in ``trends`` will do, such as a
        workspace or the folder of a run.

    Raises
    ------
    InputError
        A folder holds no trend files.
    """
    import pandas as pd

    old, new = _read(before), _read(after)
    renewed = _renewed(old.manifest, new.manifest)
    rows = [*_record_changes(old, new), *_label_changes(old, new, renewed)]
    changes = pd.DataFrame(rows, columns=list(COLUMNS))
    changes["_length"] = changes["pmid"].str.len()
    changes = changes.sort_values(["_length", "pmid", "change", "label"], ignore_index=True)
    completed, reopened = newly_complete(old.is_complete, new.is_complete)
    return Comparison(changes.drop(columns="_length"), renewed, completed, reopened)


def keep_run(trends_dir: Path, folder: Path) -> Path:
    """Keep what a later comparison needs of trend files: the rows, packed, and the manifest.

    Returns
    -------
    Path
        ``folder / "trends"``.
    """
    kept = folder / "trends"
    for name in ("articles.csv", "findings.csv", YEARS):
        # no time stamp inside: the same rows give the same bytes
        packed = gzip.compress((trends_dir / name).read_bytes(), compresslevel=6, mtime=0)
        write_atomically(kept / f"{name}.gz", packed)
    # last: a folder without it was not kept whole
    write_atomically(kept / MANIFEST, (trends_dir / MANIFEST).read_bytes())
    return kept


def kept_runs(runs_dir: Path) -> list[Path]:
    """Return the folders of the runs whose trend files were kept, the oldest first."""
    return sorted(path.parents[1] for path in runs_dir.glob(f"*/trends/{MANIFEST}"))


@dataclass(frozen=True, slots=True)
class _Run:
    articles: pd.DataFrame
    findings: pd.DataFrame
    manifest: Mapping[str, Any]
    is_complete: Mapping[int, bool]
    """By year; empty where a run of an earlier drmine did not keep it."""


def _read(folder: Path) -> _Run:
    if (folder / "trends").is_dir():
        folder = folder / "trends"
    try:
        articles = _read_csv(folder / "articles.csv").set_index("pmid")
        findings = _read_csv(folder / "findings.csv").set_index("finding_id")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        is_complete: dict[int, bool] = {}
        if (folder / YEARS).exists() or (folder / f"{YEARS}.gz").exists():
            years = _read_csv(folder / YEARS)
            is_complete = dict(
                zip(map(int, years["year"]), years["is_complete"] == TRUE, strict=True)
            )
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise InputError(f"{folder} lacks {name}; name two folders of trend files.") from None
    except (ValueError, KeyError, OSError, EOFError, zlib.error):  # the last two: a packed file cut
        raise InputError(
            f"The trend files in {folder} cannot be read; make them anew, or name others."
        ) from None
    return _Run(articles, findings, manifest if isinstance(manifest, dict) else {}, is_complete)


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    from drmine.trends.csvfile import restore_text

    packed = path.with_name(path.name + ".gz")
    frame = pd.read_csv(
        packed if packed.exists() else path, dtype=str, keep_default_na=False, low_memory=False
    )
    for column in frame.columns:
        frame[column] = frame[column].map(restore_text)
    return frame


def _renewed(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    before, after = (run.get("fingerprints") or {} for run in (old, new))
    names = sorted(set(before) | set(after))
    renewed = [name for name in names if before.get(name) != after.get(name)]
    # the pipeline's fingerprint takes in code and vocabulary: named alone it says no more
    if "pipeline" in renewed and {"code", "vocabulary"} & set(renewed):
        renewed.remove("pipeline")
    return tuple(renewed)


def _record_changes(old: _Run, new: _Run) -> Iterator[tuple[str, ...]]:
    for pmid in new.articles.index.difference(old.articles.index):
        yield (pmid, ADDED, "", "", "", NEW_DATA)
    for pmid in old.articles.index.difference(new.articles.index):
        yield (pmid, REMOVED, "", "", "", NEW_DATA)
    told: set[str] = set()
    for pmid, column, before, after in _differences(
        old.articles, new.articles, (*ARTICLE_FACTS, PUBLISHED_AS, IS_EVIDENCE)
    ):
        if column in _SAY_WHY_IT_COUNTS:
            told.add(pmid)
        elif column == IS_EVIDENCE and pmid in told:
            continue
        yield (pmid, REVISED, column, before, after, NEW_DATA)


def _label_changes(old: _Run, new: _Run, renewed: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    common = old.articles.index.intersection(new.articles.index)
    facts = _differences(old.articles, new.articles, ARTICLE_FACTS)
    revised = {pmid for pmid, *_ in facts}
    # a decision on a text that has been revised since is in force no more
    reviewed = _reviewed(new) | (_reviewed(old) - revised)

    def cause(pmid: str) -> str:
        if pmid in reviewed:
            return REVIEW
        if pmid in revised:
            return NEW_DATA
        return ", ".join(f"new {name}" for name in renewed) or UNEXPLAINED

    for pmid, label, before, after in _differences(old.articles, new.articles, ARTICLE_LABELS):
        yield (pmid, RELABELLED, label, before, after, cause(pmid))
    for finding, label, before, after in _differences(old.findings, new.findings, FINDING_LABELS):
        pmid, hypothesis = finding.split(":", 1)
        yield (pmid, RELABELLED, f"{hypothesis}.{label}", before, after, cause(pmid))
    for run, other, before, after in ((old, new, "yes", "no"), (new, old, "no", "yes")):
        lost = run.findings.loc[run.findings.index.difference(other.findings.index)]
        for pmid, hypothesis in zip(lost["pmid"], lost["hypothesis"], strict=True):
            if pmid in common:
                yield (pmid, RELABELLED, hypothesis, before, after, cause(pmid))


def _reviewed(run: _Run) -> set[str]:
    """Return the records on which, or on a finding of which alone, a reviewer has decided."""
    of_findings = run.findings.loc[run.findings["reviewed"] == TRUE, "pmid"]
    return {*run.articles.index[run.articles["reviewed"] == TRUE], *of_findings}


def _differences(
    old: pd.DataFrame, new: pd.DataFrame, columns: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    common = old.index.intersection(new.index)
    for column in columns:
        if column not in old.columns or column not in new.columns:
            continue  # a file of an earlier layout
        before, after = old.loc[common, column], new.loc[common, column]
        for key in common[(before != after).to_numpy()]:
            yield (key, column, before[key], after[key])
