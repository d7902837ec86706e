"""The command line: one thin command per verb. Heavy libraries load where they are used."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from drmine import __version__
from drmine.errors import DrmineError
from drmine.settings import Settings

_JSON_OPTION = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the figures as JSON too."
)


def _workspace_option(function):  # type: ignore[no-untyped-def]
    return click.option(
        "--workspace",
        type=click.Path(path_type=Path),
        help="Folder of the database, trend files and report (default: ./workspace, "
        "or DRMINE_WORKSPACE).",
    )(function)


def _settings(workspace: Path | None) -> Settings:
    from dataclasses import replace

    settings = Settings.from_environment()
    return settings if workspace is None else replace(settings, workspace=workspace)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="drmine")
def cli() -> None:
    """A living evidence map of why epilepsy resists drugs.

    Data scientists start with `drmine refresh`, reviewers with the report that it
    writes, analysts with the files in WORKSPACE/trends.
    """


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all", "keep_all", is_flag=True, help="Keep every record, not those on epilepsy.")
@_workspace_option
def import_command(files: tuple[Path, ...], keep_all: bool, workspace: Path | None) -> int:
    """Read PubMed files (XML or MEDLINE text, plain or gzip) into the store.

    Keeps the records on epilepsy and says how many were read, kept and skipped.
    A list of PMIDs, or the CSV export of PubMed or Europe PMC, is fetched from
    PubMed; every record of it is kept.
    """
    from drmine.imports import import_files

    return import_files(_settings(workspace), files, keep_all=keep_all, say=click.echo)


@cli.command()
@click.option("--offline", is_flag=True, help="Fetch nothing; label and report what is stored.")
@click.option("--query", help="A PubMed query of your own (default: `drmine query`).")
@click.option("--full", is_flag=True, help="Ask PubMed for everything again, and find deletions.")
@_workspace_option
def refresh(offline: bool, query: str | None, full: bool, workspace: Path | None) -> int:
    """Fetch, tag, classify, count and report: the whole line, what is new only."""
    from drmine.jobs import run_refresh

    return run_refresh(
        _settings(workspace), offline=offline, query=query, full=full, say=click.echo
    )


@cli.command()
@click.argument("source", metavar="IN.jsonl", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT.jsonl", type=click.Path(path_type=Path))
@click.option("--all-scores", is_flag=True, help="Give every hypothesis with its score.")
@click.option(
    "--model",
    "model_folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Label with a model of your own, from `drmine train`.",
)
def label(source: Path, target: Path, all_scores: bool, model_folder: Path | None) -> int:
    """Label records of a JSONL file: hypotheses, stance, study type, mentions.

    Each line is an object with pmid, title and abstract; year, journal,
    publication_types and mesh help where they are known. Bad lines are reported
    with their number and listed in OUT.jsonl.errors; the others are labelled.
    """
    from drmine.classify.label_file import label_file
    from drmine.progress import Progress

    def classifier():  # type: ignore[no-untyped-def]
        from drmine.classify.classifier import Classifier
        from drmine.nlp.pipeline import Pipeline

        model = Settings.from_environment().spacy_model
        return Classifier(Pipeline(spacy_model=model), all_scores=all_scores)

    def report(number: int, reason: str) -> None:
        click.echo(f"{source}:{number}: {reason}", err=True)

    with Progress("labelled") as progress:
        if model_folder is not None:
            from drmine.textmodel import commands

            done = commands.label(
                model_folder, source, target, all_scores=all_scores, report=report,
                progress=progress.update,
            )  # fmt: skip
        else:
            done = label_file(source, target, classifier, report=report, progress=progress.update)
    click.echo(
        f"{done.labelled:,} records labelled, {len(done.bad):,} bad lines"
        + (f" (listed in {target}.errors)" if done.bad else ""),
        err=True,
    )
    return 1 if done.bad else 0


@cli.command()
@click.argument("pmid", required=False)
@click.option("--text", help="Explain this text instead of a stored record; - reads it.")
@_workspace_option
def explain(pmid: str | None, text: str | None, workspace: Path | None) -> int:
    """Show one record with its mentions, cues and scores, and what made each.

    Give the PMID of a stored record, or a text of your own: its first line is the title.
    """
    from drmine.explain import explain_record

    if (pmid is None) == (text is None):
        raise click.UsageError("Give either a PMID or --text.")
    if text == "-":
        text = sys.stdin.read()
    click.echo(explain_record(_settings(workspace), pmid=pmid, text=text))
    return 0


@cli.command()
@click.option("--taxonomy", required=True, type=click.Path(path_type=Path), help="YAML file.")
@click.option(
    "--train",
    "train_file",
    required=True,
    type=click.Path(path_type=Path),
    help="JSON lines with pmid, title, abstract and labels (a list of ids).",
)
@click.option(
    "--dev", type=click.Path(path_type=Path), help="More of them, to measure on; not trained on."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the model.")
@click.option("--exclusive", is_flag=True, help="Each record has exactly one label.")
def train(taxonomy: Path, train_file: Path, dev: Path | None, out: Path, exclusive: bool) -> int:
    """Train a classifier for a taxonomy of your own.

    Use it with `drmine label --model DIR` and measure it with
    `drmine evaluate --model DIR GOLD.jsonl`.
    """
    from drmine.textmodel import commands

    return commands.train(
        taxonomy, train_file, dev, out, exclusive=exclusive, say=click.echo,
        complain=lambda text: click.echo(text, err=True),
    )  # fmt: skip


@cli.command()
@click.argument("what", metavar="[mentions | GOLD.jsonl]", required=False)
@click.option(
    "--model",
    "model_folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Measure this model, from `drmine train`, on GOLD.jsonl.",
)
@click.option(
    "--gold", type=click.Path(path_type=Path), help="Annotated records (default: annotations/gold)."
)
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File with the annotated records (JSON lines or PubMed XML); may be given several times.",
)
@click.option(
    "--part",
    "--half",
    "part",
    type=click.Choice(["test", "dev", "all"]),
    default="test",
    show_default=True,
    help="Which part of the gold; `test` was set aside before any tuning.",
)
@_workspace_option
@_JSON_OPTION
def evaluate(
    what: str | None,
    model_folder: Path | None,
    gold: Path | None,
    texts: tuple[Path, ...],
    part: str,
    workspace: Path | None,
    json_file: Path | None,
) -> int:
    """Measure a classifier, or the tagger, on records that people labelled.

    Alone it measures the shipped classifier on the gold findings; with `mentions` the
    tagger on annotated mentions; with --model DIR a model of your own on GOLD.jsonl.
    The gold holds no text: the annotated records are looked for in the files given
    and in the workspace, by PMID and the digest of their text.
    """
    from drmine.evaluation.command import evaluate as run

    return run(
        _settings(workspace), what, model_folder=model_folder, gold=gold, texts=texts, part=part,
        json_file=json_file, say=click.echo, complain=lambda text: click.echo(text, err=True),
    )  # fmt: skip


@cli.command()
def models() -> int:
    """List the statistical models: installed, what each adds, how to install one."""
    from drmine.nlp.models import describe_models

    click.echo(describe_models(Settings.from_environment().spacy_model))
    return 0


@cli.command()
@click.option("--explain", is_flag=True, help="Say what each clause is for.")
@click.option("--by-year", is_flag=True, help="Ask PubMed how many records it finds per year.")
@click.option("--from", "first", type=int, default=1990, show_default=True, help="First year.")
@click.option("--to", "last", type=int, help="Last year (default: this one).")
@click.option("--query", "text", help="A PubMed query of your own.")
def query(explain: bool, by_year: bool, first: int, last: int | None, text: str | None) -> int:
    """Print the PubMed query that `drmine refresh` asks.

    It is the project's own unless --query or DRMINE_QUERY_FILE gives another.
    """
    from drmine.refresh.job import query_of

    settings = Settings.from_environment()
    asked = query_of(text, settings)
    click.echo(asked.explain() if explain else asked.text)
    if by_year:
        from drmine.pubmed.years import tell_years

        tell_years(settings, asked, first, last, click.echo)
    return 0


@cli.command()
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
@_workspace_option
def trends(
    parquet: bool,
    pubmed_totals: bool,
    runs: tuple[str, str] | None,
    changes: Path | None,
    workspace: Path | None,
) -> int:
    """Write trend files and report anew from the store, or compare two runs."""
    from drmine import trends_command

    settings = _settings(workspace)
    if runs:
        return trends_command.compare(settings, *runs, changes=changes, say=click.echo)
    return trends_command.write(
        settings, parquet=parquet, pubmed_totals=pubmed_totals, say=click.echo
    )


@cli.command()
@click.argument("before", metavar="BEFORE", type=click.Path(path_type=Path))
@click.argument("after", metavar="AFTER", type=click.Path(path_type=Path))
def compare(before: Path, after: Path) -> int:
    """Say what moved between two runs, and by which cause.

    BEFORE and AFTER are workspaces or trend folders: keep a copy of a trend folder
    to compare a later run with it.
    """
    from drmine.trends.compare import compare_runs

    click.echo(compare_runs(before, after).summary())
    return 0


@cli.group()
def review() -> None:
    """Correct the machine in a browser: draw a queue, serve it, see how far it is."""


_REVIEWS_OPTION = click.option(
    "--reviews",
    type=click.Path(path_type=Path),
    help="Folder of the decisions (default: DRMINE_REVIEWS, or annotations/reviews of the "
    "checkout; for invented records the workspace's own).",
)


_COUNT = click.IntRange(min=0)


@review.command("queue")
@click.option(
    "--random", "n_random", default=10, type=_COUNT, show_default=True, help="Per five years."
)
@click.option(
    "--uncertain", default=20, type=_COUNT, show_default=True, help="Scores near a threshold."
)
@click.option(
    "--influential", default=20, type=_COUNT, show_default=True, help="Labels that move a trend."
)
@click.option(
    "--new", "n_new", default=20, type=_COUNT, show_default=True, help="Came since the last queue."
)
@click.option(
    "--double", default=0, type=_COUNT, show_default=True, help="Random ones for two reviewers."
)
@click.option("--seed", default=1, show_default=True, help="Of the random order.")
@_REVIEWS_OPTION
@_workspace_option
def review_queue(
    n_random: int,
    uncertain: int,
    influential: int,
    n_new: int,
    double: int,
    seed: int,
    reviews: Path | None,
    workspace: Path | None,
) -> int:
    """Draw what reviewers are to look at, and say why."""
    from drmine.review.commands import draw_queue
    from drmine.review.draw import Sizes

    sizes = Sizes(n_random, uncertain, influential, n_new, double)
    return draw_queue(_settings(workspace), sizes, seed=seed, reviews=reviews, say=click.echo)


@review.command("serve")
@click.option("--port", default=8765, type=click.IntRange(0, 65535), show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Others need a token.")
@click.option(
    "--double-blind", is_flag=True, help="Hide the machine's proposal and other reviewers."
)
@click.option("--token", help="What reviewers must enter (better: DRMINE_REVIEW_TOKEN).")
@click.option("--allow-host", multiple=True, help="Another name of this server, as of a proxy.")
@_REVIEWS_OPTION
@_workspace_option
def review_serve(
    port: int,
    host: str,
    double_blind: bool,
    token: str | None,
    allow_host: tuple[str, ...],
    reviews: Path | None,
    workspace: Path | None,
) -> int:
    """Serve the pages on which reviewers decide, on this machine alone by default."""
    from drmine.review.app import Options
    from drmine.review.serve import serve

    settings = _settings(workspace)
    options = Options(host, double_blind, token or settings.review_token, reviews, allow_host)
    return serve(settings, options, port=port, say=click.echo)


@review.command("status")
@_REVIEWS_OPTION
@_workspace_option
def review_status(reviews: Path | None, workspace: Path | None) -> int:
    """Say how far the review is, what waits to be settled, and how far reviewers agree."""
    from drmine.review.status import as_lines, read_status

    status = read_status(_settings(workspace), reviews)
    for line in as_lines(status):
        click.echo(line)
    return 1 if status.problems else 0


_EXCHANGE = ("csv", "xlsx", "labelstudio", "bioc", "pubtator", "brat")


@review.command("export")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--format", "format_name", required=True, type=click.Choice(_EXCHANGE))
@click.option(
    "--queue", type=click.Path(path_type=Path), help="A queue file (default: the workspace's)."
)
@click.option("--blind", is_flag=True, help="Leave the machine's proposals out.")
@click.option("--reviewer", help="Fill in what this reviewer has decided already.")
@_REVIEWS_OPTION
@_workspace_option
def review_export(
    out: Path,
    format_name: str,
    queue: Path | None,
    blind: bool,
    reviewer: str | None,
    reviews: Path | None,
    workspace: Path | None,
) -> int:
    """Write the queue for a spreadsheet, Label Studio, brat, or as BioC or PubTator.

    OUT is a file; for brat a folder.
    """
    from drmine.review.exchange.command import export_queue

    return export_queue(
        _settings(workspace), out, format=format_name, queue=queue, blind=blind,
        reviewer=reviewer, reviews=reviews, say=click.echo,
        complain=lambda text: click.echo(text, err=True),
    )  # fmt: skip


@review.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--reviewer", required=True, help="Whose decisions these are.")
@click.option("--annotator", help="Whose to take, where the file holds those of several.")
@_REVIEWS_OPTION
@_workspace_option
def review_import(
    file: Path,
    reviewer: str,
    annotator: str | None,
    reviews: Path | None,
    workspace: Path | None,
) -> int:
    """Bring back what was filled in elsewhere; the format is found by itself.

    What cannot be taken is named with its place, and the rest is taken. The same file
    twice adds nothing.
    """
    from drmine.review.exchange.command import import_file

    return import_file(
        _settings(workspace), file, reviewer=reviewer, annotator=annotator, reviews=reviews,
        say=click.echo, complain=lambda text: click.echo(text, err=True),
    )  # fmt: skip


@review.command("agreement")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write them as CSV too.")
@_JSON_OPTION
@_REVIEWS_OPTION
@_workspace_option
def review_agreement(
    csv_file: Path | None, json_file: Path | None, reviews: Path | None, workspace: Path | None
) -> int:
    """Say how far reviewers agree with each other, and the machine with each, label by label.

    Kappa, Krippendorff's alpha, positive and negative agreement, with 95 % intervals.
    """
    from drmine.review.agreement_command import tell_agreement

    return tell_agreement(
        _settings(workspace), reviews=reviews, csv_file=csv_file, json_file=json_file,
        say=click.echo, complain=lambda text: click.echo(text, err=True),
    )  # fmt: skip


@cli.group("annotations")
def annotations_group() -> None:
    """Keep gold labels and reviewers' decisions in order, and get the texts that they speak of."""


@annotations_group.command("check")
@_REVIEWS_OPTION
@_workspace_option
def annotations_check(reviews: Path | None, workspace: Path | None) -> int:
    """Check every line of the gold and of the reviewers' files, and name the bad ones."""
    from drmine.annotation_files.command import check

    return check(
        _settings(workspace), reviews=reviews, say=click.echo,
        complain=lambda text: click.echo(text, err=True),
    )  # fmt: skip


@annotations_group.command("hydrate")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="JSON lines (default: WORKSPACE/annotated.jsonl).",
)
@_REVIEWS_OPTION
@_workspace_option
def annotations_hydrate(out: Path | None, reviews: Path | None, workspace: Path | None) -> int:
    """Get the texts of all annotated records, from the store or PubMed, into one file.

    The annotations hold no text. Records whose text is not the one that was labelled are
    named. The store stays as it is.
    """
    from drmine.annotation_files.command import hydrate

    return hydrate(
        _settings(workspace), out=out, reviews=reviews, say=click.echo,
        complain=lambda text: click.echo(text, err=True),
    )  # fmt: skip


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
    from drmine.jobs import run_demo

    return run_demo(workspace, say=click.echo)


def main() -> None:
    """Entry point: errors that users can mend end as one sentence, never as a traceback."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped. What was done is kept; run the command again to go on.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DrmineError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo("Stopped. What was done is kept; run the command again to go on.", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # the reader of a pipe (head, less) went away: nothing is wrong
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
