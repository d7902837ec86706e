"""The commands that label texts, train and measure: label, explain, train, evaluate, models."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from click.core import ParameterSource

from drmine.cli_options import Folder, json_option, workspace_option
from drmine.errors import InputError
from drmine.plural import how_many
from drmine.settings import Settings, settings_of
from drmine.terminal import complain, say

_encoder_of_model = click.option(
    "--encoder",
    metavar="NAME_OR_FOLDER",
    help="With --model: where its encoder is now, if not where it was in training.",
)


@click.command()
@click.argument("source", metavar="IN.jsonl", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT.jsonl", type=click.Path(path_type=Path))
@click.option("--all-scores", is_flag=True, help="Give every hypothesis with its score.")
@click.option(
    "--model",
    "model_folder",
    metavar="DIR",
    type=Folder(path_type=Path),
    help="Label with a model of your own, from `drmine train`.",
)
@_encoder_of_model
def label(
    source: Path, target: Path, all_scores: bool, model_folder: Path | None, encoder: str | None
) -> int:
    """Label records of a JSONL file: hypotheses, stance, study type, mentions.

    Each line is an object with pmid, title and abstract; year, journal,
    publication_types and mesh help where they are known. Bad lines are reported
    with their number and listed in OUT.jsonl.errors; the others are labelled.
    """
    from drmine.classify.label_file import label_file
    from drmine.progress import Progress

    if encoder is not None and model_folder is None:
        raise click.UsageError("--encoder needs --model: only models of your own have one.")
    _check_target(source, target)

    def classifier():  # type: ignore[no-untyped-def]
        from drmine.classify.classifier import Classifier
        from drmine.nlp.pipeline import Pipeline

        model = Settings.from_environment().spacy_model
        return Classifier(Pipeline(spacy_model=model), all_scores=all_scores)

    def report(number: int, reason: str) -> None:
        say(f"{source}:{number}: {reason}", err=True)

    with Progress("labelled") as progress:
        if model_folder is not None:
            from drmine.textmodel import commands

            done = commands.label(
                model_folder, source, target, all_scores=all_scores, encoder_name=encoder,
                report=report, progress=progress.update,
            )  # fmt: skip
        else:
            done = label_file(source, target, classifier, report=report, progress=progress.update)
    click.echo(
        f"{how_many(done.labelled, 'record')} labelled, {len(done.bad):,} bad "
        f"line{'s' if len(done.bad) != 1 else ''}"
        + (f" (listed in {target}.errors)" if done.bad else ""),
        err=True,
    )
    return 1 if done.bad else 0


def _check_target(source: Path, target: Path) -> None:
    from drmine.classify.label_file import errors_file
    from drmine.pubmed.atomic import is_special

    if is_special(target) or str(target) == "-":
        raise InputError(f"{target} is no file; name one, such as labelled.jsonl.")
    for written in (target, errors_file(target)):
        if source.exists() and written.exists() and source.samefile(written):
            # the labels hold no title and no abstract: these would be lost
            raise InputError(
                f"Writing {target} would replace the texts in {source}; name another file for "
                "their labels."
            )
    if _holds_texts(target):
        # two files of a pattern (*.jsonl), or source and target in the wrong order
        raise InputError(
            f"{target} holds records with texts, which their labels would replace; name another "
            "file, or delete this one."
        )


def _holds_texts(path: Path) -> bool:
    try:
        with path.open("rb") as lines:
            row = json.loads(lines.readline().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(row, dict) and bool({"title", "abstract"} & row.keys())


@click.command()
@click.argument("pmid", required=False)
@click.option("--text", help="Explain this text instead of a stored record; - reads it.")
@workspace_option
def explain(pmid: str | None, text: str | None, workspace: Path | None) -> int:
    """Show one record with its mentions, cues and scores, and what made each.

    Give the PMID of a stored record, or a text of your own: its first line is the title.
    """
    from drmine.explain import explain_record

    if (pmid is None) == (text is None):
        raise click.UsageError("Give either a PMID or --text.")
    if text == "-":
        text = sys.stdin.read()
    say(explain_record(settings_of(workspace), pmid=pmid, text=text))
    return 0


@click.command()
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
@click.option("--out", required=True, type=Folder(path_type=Path), help="Folder of the model.")
@click.option("--exclusive", is_flag=True, help="Each record has exactly one label.")
@click.option(
    "--encoder",
    metavar="NAME_OR_FOLDER",
    help="Learn from sentence vectors too: an encoder's folder, or its hub name if downloaded.",
)
def train(
    taxonomy: Path, train_file: Path, dev: Path | None, out: Path, exclusive: bool,
    encoder: str | None,
) -> int:  # fmt: skip
    """Train a classifier for a taxonomy of your own.

    Use it with `drmine label --model DIR` and measure it with
    `drmine evaluate --model DIR GOLD.jsonl`.
    """
    from drmine.textmodel import commands

    return commands.train(
        taxonomy, train_file, dev, out, exclusive=exclusive, encoder_name=encoder,
        say=say, complain=complain,
    )  # fmt: skip


@click.command()
@click.argument("what", metavar="[mentions | GOLD.jsonl]", required=False)
@click.option(
    "--model",
    "model_folder",
    metavar="DIR",
    type=Folder(path_type=Path),
    help="Measure this model, from `drmine train`, on GOLD.jsonl.",
)
@_encoder_of_model
@click.option(
    "--gold", type=click.Path(path_type=Path), help="Annotated records (default: annotations/gold)."
)
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
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
@workspace_option
@json_option
@click.pass_context
def evaluate(
    context: click.Context,
    what: str | None,
    model_folder: Path | None,
    encoder: str | None,
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
    from drmine.evaluation.command import MENTIONS
    from drmine.evaluation.command import evaluate as run

    part_given = context.get_parameter_source("part") is ParameterSource.COMMANDLINE
    if model_folder is not None and (texts or part_given):
        raise click.UsageError(
            "--texts and --part choose from annotations/gold; with --model, GOLD.jsonl holds the "
            "texts, and all of it is measured."
        )
    if gold is not None and what not in (None, MENTIONS):
        raise click.UsageError("GOLD.jsonl and --gold name the labelled records twice; give one.")
    return run(
        settings_of(workspace), what, model_folder=model_folder, encoder_name=encoder, gold=gold,
        texts=texts, part=part, json_file=json_file, say=say, complain=complain,
    )  # fmt: skip


@click.command()
def models() -> int:
    """List the statistical models: installed, what each adds, how to install one."""
    from drmine.nlp.models import describe_models

    click.echo(describe_models(Settings.from_environment().spacy_model))
    return 0
