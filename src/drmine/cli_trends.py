"""The command that writes trend files and the report."""

from __future__ import annotations

from pathlib import Path

import click

from drmine.cli_options import workspace_option
from drmine.settings import settings_of
from drmine.terminal import say


@click.command()
@click.option("--parquet", is_flag=True, help="Write each table as Parquet too (needs pyarrow).")
@click.option(
    "--pubmed-totals", is_flag=True, help="Ask PubMed for all its records of each year, too."
)
@click.option(
    "--compare",
    "runs",
    nargs=2,
    metavar="RUN_A RUN_B",
    help="Say what moved between two runs instead: ids of runs, `previous`, `latest`, or folders.",
)
@click.option(
    "--changes", type=click.Path(path_type=Path), help="With --compare: write every change here."
)
@workspace_option
def trends(
    parquet: bool,
    pubmed_totals: bool,
    runs: tuple[str, str] | None,
    changes: Path | None,
    workspace: Path | None,
) -> int:
    """Write trend files and report anew from the store, or compare two runs."""
    from drmine import trends_command

    settings = settings_of(workspace)
    if changes is not None and not runs:
        raise click.UsageError("--changes needs --compare: it lists what moved between two runs.")
    if runs and (parquet or pubmed_totals):
        raise click.UsageError("--compare writes no trend files; leave the other options out.")
    if runs:
        return trends_command.compare(settings, *runs, changes=changes, say=say)
    return trends_command.write(settings, parquet=parquet, pubmed_totals=pubmed_totals, say=say)
