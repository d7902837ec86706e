"""The commands of reviewers: `drmine review …` and `drmine annotations …`."""

from __future__ import annotations

from pathlib import Path

import click

from drmine.cli_options import json_option, reviews_option, workspace_option
from drmine.settings import settings_of
from drmine.terminal import complain, say


@click.group()
def review() -> None:
    """Correct the machine in a browser: draw a queue, serve it, see how far it is."""


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
@reviews_option
@workspace_option
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
    from drmine.review.queue.command import draw_queue
    from drmine.review.queue.pool import Sizes

    sizes = Sizes(n_random, uncertain, influential, n_new, double)
    return draw_queue(settings_of(workspace), sizes, seed=seed, reviews=reviews, say=say)


@review.command("serve")
@click.option("--port", default=8765, type=click.IntRange(0, 65535), show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Others need a token.")
@click.option(
    "--double-blind", is_flag=True, help="Hide the machine's proposal and other reviewers."
)
@click.option("--token", help="What reviewers must enter (better: DRMINE_REVIEW_TOKEN).")
@click.option("--allow-host", multiple=True, help="Another name of this server, as of a proxy.")
@reviews_option
@workspace_option
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
    from drmine.review.pages.app import Options
    from drmine.review.pages.serve import serve

    settings = settings_of(workspace)
    options = Options(host, double_blind, token or settings.review_token, reviews, allow_host)
    return serve(settings, options, port=port, say=say)


@review.command("status")
@reviews_option
@workspace_option
def review_status(reviews: Path | None, workspace: Path | None) -> int:
    """Say how far the review is, what waits to be settled, and how far reviewers agree."""
    from drmine.review.status import as_lines, read_status

    status = read_status(settings_of(workspace), reviews)
    for line in as_lines(status):
        say(line)
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
@reviews_option
@workspace_option
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
    from drmine.review.exchange.command_out import export_queue

    return export_queue(
        settings_of(workspace), out, format=format_name, queue=queue, blind=blind,
        reviewer=reviewer, reviews=reviews, say=say,
        complain=complain,
    )  # fmt: skip


@review.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--reviewer", required=True, help="Whose decisions these are.")
@click.option("--annotator", help="Whose to take, where the file holds those of several.")
@reviews_option
@workspace_option
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
    from drmine.review.exchange.command_back import import_file

    return import_file(
        settings_of(workspace), file, reviewer=reviewer, annotator=annotator, reviews=reviews,
        say=say, complain=complain,
    )  # fmt: skip


@review.command("agreement")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write them as CSV too.")
@json_option
@reviews_option
@workspace_option
def review_agreement(
    csv_file: Path | None, json_file: Path | None, reviews: Path | None, workspace: Path | None
) -> int:
    """Say how far reviewers agree with each other, and the machine with each, label by label.

    Kappa, Krippendorff's alpha, positive and negative agreement, with 95 % intervals.
    """
    from drmine.review.agreement.command import tell_agreement

    return tell_agreement(
        settings_of(workspace), reviews=reviews, csv_file=csv_file, json_file=json_file,
        say=say, complain=complain,
    )  # fmt: skip


@click.group("annotations")
def annotation_files() -> None:
    """Keep gold labels and reviewers' decisions in order, and get the texts that they speak of."""


@annotation_files.command("check")
@reviews_option
@workspace_option
def annotations_check(reviews: Path | None, workspace: Path | None) -> int:
    """Check every line of the gold and of the reviewers' files, and name the bad ones."""
    from drmine.annotation_files.command import check

    return check(
        settings_of(workspace), reviews=reviews, say=say,
        complain=complain,
    )  # fmt: skip


@annotation_files.command("hydrate")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="JSON lines (default: WORKSPACE/annotated.jsonl).",
)
@reviews_option
@workspace_option
def annotations_hydrate(out: Path | None, reviews: Path | None, workspace: Path | None) -> int:
    """Get the texts of all annotated records, from the store or PubMed, into one file.

    The annotations hold no text. Records whose text is not the one that was labelled are
    named. The store stays as it is.
    """
    from drmine.annotation_files.command import hydrate

    return hydrate(
        settings_of(workspace), out=out, reviews=reviews, say=say,
        complain=complain,
    )  # fmt: skip
