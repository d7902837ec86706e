"""From the store's frames to a folder of trend files, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.trends.folder import replaced_folder
from drmine.trends.tables import Tables, TrendsResult
from drmine.workspace import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

    from drmine.trends.machine import MachineWord
    from drmine.trends.prepare import HypothesisLike


def with_trend_notes(manifest: Mapping[str, Any], notes: Sequence[str]) -> dict[str, Any]:
    """Return a manifest whose notes on the trend files are these, in place of earlier ones."""
    earlier = manifest.get("trend_notes", ())
    kept = [note for note in manifest.get("notes", ()) if note not in earlier]
    return {**manifest, "notes": [*kept, *notes], "trend_notes": list(notes)}


def write_trends(
    tables: Tables,
    hypotheses: Iterable[HypothesisLike],
    out_dir: Path,
    *,
    manifest: Mapping[str, Any],
    invented: bool,
    complete_through: int | None,
    concept_names: Mapping[str, tuple[str, str]],
    parquet: bool = False,
    labels: pd.DataFrame | None = None,
    pubmed_totals: Mapping[int, int] | None = None,
    machine: Mapping[str, MachineWord] | None = None,
    notes: Sequence[str] = (),
) -> TrendsResult:
    """Count, test and write every trend file.

    The files are made in a folder beside ``out_dir`` that then takes its place,
    so a crash leaves the old files or the new ones, never a mixture.

    Parameters
    ----------
    tables
        Articles, findings, mentions and rates from the store.
    hypotheses
        The taxonomy's hypotheses (objects with id, name, group, core).
    out_dir
        Folder of the trend files; made, or replaced if drmine wrote it. Files
        that a user put there stay.
    manifest
        What made the data; copied to manifest.json, with the warnings and ``notes`` as its
        notes on the files. ``is_complete`` false marks the files as partial.
    invented
        Whether records are invented: title, description and README say so, and whether real ones
        stand among them.
    complete_through
        Last year that is over and was fetched whole; None takes the last year in
        the store as incomplete and the others as complete.
    concept_names
        Name and class of each concept by id.
    parquet
        Write each table as Parquet too (needs pyarrow).
    labels
        Labelled records for the correction of shares, see
        :func:`drmine.trends.correction.correct_hypotheses`.
    pubmed_totals
        All PubMed records by year.
    machine
        What the machine itself says of the records whose labels are a reviewer's, by PMID; the
        correction needs it.
    notes
        What else is to be said of the files, in sentences.

    Returns
    -------
    TrendsResult
        Paths of the files, warnings in sentences, whether the data are complete.

    Raises
    ------
    ConfigurationError
        The folder cannot be written, or holds files of another making.
    InputError
        A frame lacks columns, or labels cannot be used.
    """
    from drmine.trends.build import build_frames
    from drmine.trends.csvfile import write_csv, write_parquet
    from drmine.trends.datapackage import TABLES, describe
    from drmine.trends.readme import readme

    frames, warnings = build_frames(
        tables, hypotheses, complete_through=complete_through, concept_names=concept_names,
        labels=labels, pubmed_totals=pubmed_totals, machine=machine,
    )  # fmt: skip
    is_complete = bool(manifest.get("is_complete", True))
    # a refresh writes its own manifest last: here it does not know them yet
    manifest = with_trend_notes(manifest, [*warnings, *notes])
    out_dir = out_dir.resolve()
    flags = frames["articles"]["invented"]
    n_real = int((~flags).sum()) if flags.any() else 0
    texts = {
        "datapackage.json": describe(
            invented=invented, n_real=n_real, is_complete=is_complete, manifest=manifest
        ),
        "README.md": readme(
            invented=invented, n_real=n_real, is_complete=is_complete, warnings=warnings
        ),
        MANIFEST: json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n",
    }
    names: list[str] = []
    ours = {f"{spec.name}{ending}" for spec in TABLES for ending in (".csv", ".parquet")}
    with replaced_folder(out_dir, frozenset(ours | set(texts))) as folder:
        for spec in TABLES:
            write_csv(frames[spec.name], spec, folder / spec.file_name)
            names.append(spec.file_name)
            if parquet:
                names.append(f"{spec.name}.parquet")
                write_parquet(frames[spec.name], spec, folder / names[-1])
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            names.append(name)
    return TrendsResult(tuple(out_dir / name for name in names), warnings, is_complete)
