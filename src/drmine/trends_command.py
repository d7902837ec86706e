"""What ``drmine trends`` does: write the trend files anew, or compare two runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.settings import Settings
from drmine.terminal import Say
from drmine.workspace import Workspace

ALL_OF_PUBMED = "all[sb]"
_SHOWN = 30


def write(settings: Settings, *, parquet: bool, pubmed_totals: bool, say: Say) -> int:
    """Write trend files and report from the store, without fetching or labelling.

    Returns
    -------
    int
        Exit code: 0; 1 where the store lacks what the last refresh listed as missing.

    Raises
    ------
    InputError
        The workspace has had no refresh yet, or its store is gone.
    ConfigurationError
        A refresh is at work in the workspace, which writes the same files.
    """
    from drmine.refresh.job import KIND, alone, need_store

    space = Workspace(settings.workspace)
    # an import or a bulk run has stored something since, perhaps, but decided nothing
    manifest = space.latest_manifest(KIND)
    if manifest is None:
        raise InputError(f"{space.root} has had no refresh yet; run `drmine refresh` first.")
    need_store(settings)  # without one the files would be written over with nothing
    space.create()  # says what is wrong with one that cannot be written to
    if pubmed_totals:
        _ask_totals(settings, space, say)
    with alone(space):
        # anew: a refresh may have ended while PubMed was asked
        manifest = space.latest_manifest(KIND) or manifest
        _write(settings, manifest, parquet=parquet, say=say)
    if manifest.get("is_complete", True):
        return 0
    say("The files are marked as partial: the last refresh was; run `drmine refresh` again.")
    return 1


def _write(settings: Settings, manifest: dict[str, Any], *, parquet: bool, say: Say) -> None:
    from drmine.refresh.job import Job
    from drmine.refresh.outputs import make_report, make_trends
    from drmine.trends.package import with_trend_notes

    job = Job(str(settings.workspace), str(manifest["run"]), str(manifest["started"]))
    made = make_trends(job, manifest, parquet=parquet)
    page = make_report(job, with_trend_notes(manifest, made["warnings"]))
    for warning in made["warnings"]:
        say(warning)
    say(f"{made['trend_files']} trend files: {Workspace(settings.workspace).trends_dir}")
    say(f"Report: {page.resolve()}")


def _ask_totals(settings: Settings, space: Workspace, say: Say) -> None:
    """Ask PubMed for all its records of each year that the store reaches; known years stay."""
    from drmine.pubmed.entrez import EntrezClient
    from drmine.pubmed.search import count_by_year
    from drmine.refresh.job import existing_store
    from drmine.trends.totals import Total, read_totals, write_totals

    with existing_store(settings) as store:
        years = store.frames("articles")["articles"]["year"].dropna()
    if years.empty:
        return
    today = datetime.now(UTC).date()
    first, last = int(years.min()), min(int(years.max()), today.year)
    totals = read_totals(space.root)
    client = EntrezClient.from_settings(settings)
    wanted = [
        year
        for year in range(first, last + 1)
        if year not in totals or totals[year].may_have_grown(year, today)
    ]
    for year, n in count_by_year(client, ALL_OF_PUBMED, wanted):
        totals[year] = Total(n, today.isoformat())
        write_totals(space.root, totals)
    say(f"All PubMed records of {first} to {last}: {space.root / 'pubmed_totals.csv'}")


def compare(settings: Settings, before: str, after: str, *, changes: Path | None, say: Say) -> int:
    """Say what moved between two runs and by which cause.

    Parameters
    ----------
    before, after
        Ids of runs of the workspace, ``previous`` and ``latest``, or folders.
    changes
        File to write every single change to, as CSV; its folder is made where it is missing.

    Raises
    ------
    InputError
        A run is not kept.
    ConfigurationError
        The file cannot be written.
    """
    from drmine.trends.compare import compare_runs
    from drmine.trends.csvfile import guard_text

    space = Workspace(settings.workspace)
    folders = [_run_folder(space, name) for name in (before, after)]
    found = compare_runs(*folders)
    n = len(found.changes)
    told = " and ".join(map(_told, (before, after), folders))
    say(f"{n:,} change{'' if n == 1 else 's'} between {told}.")
    if found.renewed:
        say(f"Made anew between them: {', '.join(found.renewed)}.")
    for line in found.on_years():
        say(line)
    if n:
        say("")
        say("Records by cause:")
        say(found.by_cause().to_string(index=False))
        summary = found.summary().sort_values("n", ascending=False)
        say("")
        say("Changes by label:")
        say(summary.head(_SHOWN).to_string(index=False))
        if len(summary) > _SHOWN:
            say(f"... and {len(summary) - _SHOWN} more; --changes FILE writes them all.")
    if changes is not None:
        text = found.changes.map(guard_text)
        write_atomically(changes, text.to_csv(index=False, lineterminator="\n").encode())
        say(f"Every change: {changes}")
    return 0


def _told(name: str, folder: Path) -> str:
    """Return a run as asked for, and which it is: its id begins with the day of its start."""
    return f"{name} ({folder.name})" if name in ("latest", "previous") else name


def _run_folder(space: Workspace, name: str) -> Path:
    from drmine.trends.compare import kept_runs

    kept = kept_runs(space.runs_dir)
    if name in ("latest", "previous"):
        place = -1 if name == "latest" else -2
        if len(kept) < -place:
            raise InputError(
                f"{space.root} keeps the trend files of {len(kept) or 'no'} "
                f"run{'s' if len(kept) != 1 else ''}; run `drmine refresh` again to have two to "
                "compare."
            )
        return kept[place]
    if (space.runs_dir / name / "trends").is_dir():
        return space.runs_dir / name
    if Path(name).is_dir():
        return Path(name)
    known = ", ".join(path.name for path in kept[-5:]) or "none"
    raise InputError(
        f"{name} is neither a folder nor a run of {space.root} that kept its trend files "
        f"(the latest: {known})."
    )
