"""The command line: one thin command per verb. Heavy libraries load where they are used."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path

import click

from drmine import __version__
from drmine.cli_labels import evaluate, explain, label, models, train
from drmine.cli_options import stopped_sentence, workspace_option
from drmine.cli_reading import compare, status
from drmine.cli_review import annotation_files, review
from drmine.cli_trends import trends
from drmine.errors import DrmineError
from drmine.settings import Settings, mistyped, settings_of
from drmine.terminal import complain, say

_FULL = (errno.ENOSPC, errno.EDQUOT)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="drmine")
def cli() -> None:
    """A living evidence map of why epilepsy resists drugs.

    Data scientists start with `drmine refresh`, reviewers with the report that it
    writes, analysts with the files in WORKSPACE/trends.
    """
    for sentence in mistyped():
        complain(sentence)


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all", "keep_all", is_flag=True, help="Keep every record, on epilepsy or not.")
@workspace_option
def import_command(files: tuple[Path, ...], keep_all: bool, workspace: Path | None) -> int:
    """Read PubMed files (XML or MEDLINE text, plain or gzip) into the store.

    Keeps the records on epilepsy and says how many were read, kept and skipped.
    A list of PMIDs, or the CSV export of PubMed or Europe PMC, is fetched from
    PubMed; every record of it is kept.
    """
    from drmine.imports import import_files

    return import_files(settings_of(workspace), files, keep_all=keep_all, say=say)


@cli.command()
@click.argument("files", metavar="FILES_OR_FOLDER...", nargs=-1, required=True)
@click.option(
    "--runner",
    type=click.Choice(["threads", "processes", "dask"]),
    default="processes",
    show_default=True,
    help="What reads the files.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Files at a time (default: cores).")
@click.option("--dask-address", help="Scheduler of a Dask cluster, such as tcp://host:8786.")
@click.option("--all", "keep_all", is_flag=True, help="Keep every record, on epilepsy or not.")
@workspace_option
def bulk(
    files: tuple[str, ...],
    runner: str,
    workers: int | None,
    dask_address: str | None,
    keep_all: bool,
    workspace: Path | None,
) -> int:
    """Read NLM's baseline and update files, many at a time; ends as `drmine import` does.

    FILES_OR_FOLDER are files, folders, or the address of a folder such as
    https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/ . What was read is not read again.
    """
    from drmine.jobs import run_bulk

    return run_bulk(
        settings_of(workspace),
        files,
        runner=runner,
        workers=workers,
        dask_address=dask_address,
        keep_all=keep_all,
        say=say,
    )


def _not_empty(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    # a slip, such as a variable that is not set: not a wish for the project's own query
    if text is not None and not text.strip():
        raise click.BadParameter("it is empty; leave it out to ask the project's own query.")
    return text


@cli.command()
@click.option("--offline", is_flag=True, help="Fetch nothing; label and report what is stored.")
@click.option(
    "--query", callback=_not_empty, help="A PubMed query of your own (default: `drmine query`)."
)
@click.option("--full", is_flag=True, help="Ask PubMed for everything again, and find deletions.")
@workspace_option
def refresh(offline: bool, query: str | None, full: bool, workspace: Path | None) -> int:
    """Fetch, tag, classify, count and report: the whole line, what is new only."""
    from drmine.jobs import run_refresh

    if offline and (full or query is not None):
        # it would end as done, and nothing of what was asked for would have been
        unused = "--full" if full else "--query"
        raise click.UsageError(f"{unused} asks PubMed, --offline asks nothing; leave one out.")
    return run_refresh(settings_of(workspace), offline=offline, query=query, full=full, say=say)


@cli.command()
@click.option("--list", "only_list", is_flag=True, help="Say what runs when, and no more.")
@click.option(
    "--port", default=4200, show_default=True, help="Of Prefect's server, if none is set."
)
@workspace_option
def schedule(only_list: bool, port: int, workspace: Path | None) -> int:
    """Run refreshes and evaluations on their schedules, until stopped.

    The schedules stand in prefect.yaml. Prefect's server is started here unless
    PREFECT_API_URL names one; its pages show all runs.
    """
    from drmine.flowtools.serving import schedule as run_schedule
    from drmine.jobs import prefect_quiet

    prefect_quiet()
    return run_schedule(settings_of(workspace).workspace, only_list=only_list, port=port, say=say)


@cli.command()
@click.option("--explain", is_flag=True, help="Say what each clause is for.")
@click.option("--by-year", is_flag=True, help="Ask PubMed how many records it finds per year.")
@click.option("--from", "first", type=int, help="First year (default: 1990).")
@click.option("--to", "last", type=int, help="Last year (default: this one).")
@click.option("--query", "text", callback=_not_empty, help="A PubMed query of your own.")
def query(
    explain: bool, by_year: bool, first: int | None, last: int | None, text: str | None
) -> int:
    """Print the PubMed query that `drmine refresh` asks.

    It is the project's own unless --query or DRMINE_QUERY_FILE gives another.
    """
    from drmine.refresh.job import query_of

    if not by_year and (first, last) != (None, None):
        raise click.UsageError("--from and --to need --by-year: the query itself has no years.")
    settings = Settings.from_environment()
    asked = query_of(text, settings)
    say(asked.explain() if explain else asked.text)
    if by_year:
        from drmine.pubmed.years import tell_years

        tell_years(settings, asked, 1990 if first is None else first, last, say)
    return 0


@cli.command()
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    default=Path("demo-workspace"),
    show_default=True,
    help="Folder of the demonstration.",
)
def demo(workspace: Path) -> int:
    """Run the whole line on invented abstracts, served by a local E-utilities server."""
    from drmine.demo.run import run_demo

    return run_demo(workspace, say=say)


for _command in (
    status, trends, compare, label, explain, train, evaluate, models, review, annotation_files,
):  # fmt: skip
    cli.add_command(_command)


def main() -> None:
    """Entry point: errors that users can mend end as one sentence, never as a traceback."""
    # a terminal or log without Greek letters, or a path that is no text, ends no command
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        say(stopped_sentence(sys.argv[1:]), err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DrmineError as error:
        say(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader of a pipe (head, less) went away: nothing is wrong
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        # what is still held back would fail once more at the end of the process
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        where = f" to {error.filename}" if error.filename else ""
        what = f"Nothing more can be written{where} ({error.strerror})"
        say(f"Error: {what}; free some space and run this again.", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
