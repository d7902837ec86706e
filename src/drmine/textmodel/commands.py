"""What ``drmine train``, ``label --model`` and ``evaluate --model`` do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from drmine.classify.label_file import LabelledFile, label_lines
from drmine.classify.thresholds import REVIEW_MARGIN
from drmine.encoder.opening import open_encoder
from drmine.errors import InputError
from drmine.evaluation.scores import figures_table, label_figures, reliability
from drmine.plural import how_many
from drmine.records import Record
from drmine.taxonomy import load_taxonomy
from drmine.terminal import Say
from drmine.textmodel.examples import (
    LabelledText,
    Text,
    read_examples,
    without_sentence_labels,
)
from drmine.textmodel.fit import train_text_model
from drmine.textmodel.fit_views import MIN_EXAMPLES, sentence_target
from drmine.textmodel.model import BATCH, TextModel
from drmine.textmodel.model_file import load_text_model, make_folder, save_model
from drmine.textmodel.seen import facts_of, on_repeats, part

_DECIMALS = 4


def train(
    taxonomy_file: Path, train_file: Path, dev_file: Path | None, out: Path, *, exclusive: bool,
    encoder_name: str | None = None, say: Say, complain: Say,
) -> int:  # fmt: skip
    """Train a classifier for a taxonomy and write it to a folder.

    The development records teach nothing: their figures are printed and kept in
    the model's card.

    Returns
    -------
    int
        Exit code: 0; 1 where lines were left out, or no development record is left.

    Raises
    ------
    InputError
        A file cannot be used, its labels do not fit ``exclusive``, or every label has too few
        examples.
    """
    taxonomy = load_taxonomy(taxonomy_file)
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give a folder for the model.")
    encoder = open_encoder(encoder_name) if encoder_name else None
    examples, n_bad = _examples(train_file, taxonomy.ids, complain)
    dev, n_bad_dev = _examples(dev_file, taxonomy.ids, complain) if dev_file else ([], 0)
    _check(examples, taxonomy.ids, exclusive, say)
    # not after minutes of training
    make_folder(out)
    uses_sentences = sentence_target(examples, taxonomy.ids) is not None
    if not uses_sentences:
        if any(e.sentence_labels is not None for e in examples):
            say(
                "The labels of sentences are not used: every record needs `sentences`, and every "
                f"label {MIN_EXAMPLES} of them."
            )
        examples = without_sentence_labels(examples)
    trained_on = facts_of(examples)
    card = {
        "taxonomy": {"id": taxonomy.id, "version": taxonomy.version,
                     "fingerprint": taxonomy.fingerprint},
        "trained": datetime.now(UTC).date().isoformat(),
        "n_train": len(examples),
        "examples_of_label": {i: sum(i in e.labels for e in examples) for i in taxonomy.ids},
        "sentence_labels": uses_sentences,
        "trained_on": trained_on,
    }  # fmt: skip
    if encoder:
        card["encoder"] = encoder.facts
    model = train_text_model(
        examples, list(taxonomy.ids), exclusive=exclusive, card=card, encoder=encoder, say=say
    )
    unmeasured = False
    if dev:
        parted = part(dev, trained_on)
        if parted.left_out:
            complain(f"{dev_file}: {parted.left_out}")
        if parted.unseen:
            figures = score(model, parted.unseen)
            card["dev"] = {k: figures[k] for k in ("n_records", "micro", "macro_f1", "exact")}
            say(figures_table(figures))
        else:
            complain("No development record is left to measure on.")
            unmeasured = True
    save_model(model, out)
    say(f"The model is in {out}.")
    return 1 if n_bad or n_bad_dev or unmeasured else 0


def _examples(path: Path, labels: Collection[str], complain: Say) -> tuple[list[LabelledText], int]:
    """Return the examples of a file, and how many lines were left out and complained of."""
    n_bad = 0

    def report(number: int, reason: str) -> None:
        nonlocal n_bad
        n_bad += 1
        complain(f"{path}:{number}: {reason}; the line is left out")

    examples = read_examples(path, labels, report)
    if said := on_repeats(path, examples):
        complain(said)
    return examples, n_bad


def _check(examples: list[LabelledText], ids: Iterable[str], exclusive: bool, say: Say) -> None:
    if len(examples) > 1 and len({e.text.whole for e in examples}) == 1:
        raise InputError("All texts are the same, so nothing can be learned; check the file.")
    counts = Counter(label for e in examples for label in e.labels)
    several = next((e for e in examples if len(e.labels) != 1), None)
    if exclusive and several is not None:
        raise InputError(
            f"Record {several.pmid} has {len(several.labels)} labels; with --exclusive each "
            "record needs exactly one."
        )
    if exclusive and len(counts) < 2:
        raise InputError("With --exclusive at least two labels need examples.")
    if not exclusive and several is None:
        say("Every record has exactly one label; if none can have two, or none, use --exclusive.")
    if everywhere := [one for one in ids if counts[one] == len(examples)]:
        say(f"Every record has it, so every text will be given it: {', '.join(everywhere)}.")
    rare = [one for one in ids if counts[one] < MIN_EXAMPLES]
    if len(rare) == len(list(ids)):
        raise InputError(f"No label has {MIN_EXAMPLES} examples; label more records first.")
    if rare:
        say(f"Too few examples to be learned well (under {MIN_EXAMPLES}): {', '.join(rare)}.")


def score(model: TextModel, examples: list[LabelledText]) -> dict[str, Any]:
    """Return the figures of a model on labelled texts, with its calibration."""
    scored = list(model.score([e.text for e in examples]))
    said = [model.decide(one.probabilities) for one in scored]
    figures = label_figures([e.labels for e in examples], said, model.labels)
    figures["calibration"] = reliability(
        [float(p) for one in scored for p in one.probabilities],
        [label in e.labels for e in examples for label in model.labels],
    )
    return figures


def evaluate(
    folder: Path, gold: Path, *, encoder_name: str | None = None, say: Say, complain: Say
) -> tuple[dict[str, Any], int]:
    """Score a model on a file of labelled records; return the figures and the exit code.

    Records that the model has learned from are left out and counted.

    Raises
    ------
    InputError
        The model or the file cannot be used, or the model has learned from every record.
    """
    model = load_text_model(folder, encoder_name)
    examples, n_bad = _examples(gold, model.labels, complain)
    parted = part(examples, model.card.get("trained_on", {}))
    unseen = parted.unseen
    if not unseen:
        raise InputError(
            f"The model has learned from every record of {gold} (same pmid or text); give records "
            f"that it has not seen. {parted.hint}".rstrip()
        )
    figures = score(model, unseen) | {"n_trained_on": len(examples) - len(unseen), "n_bad": n_bad}
    say(figures_table(figures))
    error = figures["calibration"]["expected_calibration_error"]
    say(f"expected calibration error  {error:.3f}")
    if parted.left_out:
        say(parted.left_out)
    if model.exclusive and (odd := sum(len(e.labels) != 1 for e in unseen)):
        say(
            f"{how_many(odd, 'record')} with several labels or none, while the model gives "
            "exactly one."
        )
    return figures, 1 if n_bad else 0


def label(
    folder: Path, source: Path, target: Path, *, all_scores: bool, encoder_name: str | None = None,
    report: Callable[[int, str], None], progress: Callable[[int], None],
) -> LabelledFile:  # fmt: skip
    """Label a JSONL file with a model of one's own, as ``drmine label`` does with the shipped one.

    A line of output has ``pmid``, ``labels`` (ids), ``hypotheses`` (objects with id,
    score and the sentence that speaks most for it) and ``needs_review``.
    """
    model = load_text_model(folder, encoder_name)

    def rows(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
        batch: list[Record] = []
        for record in records:
            batch.append(record)
            if len(batch) == BATCH:
                yield from _rows(model, batch, all_scores)
                batch = []
        yield from _rows(model, batch, all_scores)

    return label_lines(source, target, rows, report, progress)


def _rows(model: TextModel, records: list[Record], all_scores: bool) -> Iterator[dict[str, Any]]:
    texts = [Text.of(record) for record in records]
    for record, text, scored in zip(records, texts, model.score(texts), strict=True):
        given = model.decide(scored.probabilities)
        order = np.argsort(-scored.probabilities)
        shown = [j for j in order if all_scores or model.labels[j] in given]
        yield {
            "pmid": record.pmid,
            "labels": [model.labels[j] for j in order if model.labels[j] in given],
            "hypotheses": [
                {"id": model.labels[j], "score": round(float(scored.probabilities[j]), _DECIMALS),
                 "evidence": _evidence(text, int(scored.best_sentence[j]))}
                for j in shown
            ],
            "needs_review": _is_uncertain(model, scored.probabilities),
        }  # fmt: skip


def _evidence(text: Text, sentence: int) -> list[dict[str, Any]]:
    if sentence < 0:
        return []
    start, end = text.sentences[sentence]
    return [{"start": start, "end": end, "text": text.whole[start:end]}]


def _is_uncertain(model: TextModel, probabilities: np.ndarray) -> bool:
    """Say whether a score is near its threshold, or two labels are near each other."""
    if model.exclusive:
        best = np.sort(probabilities)[::-1][:2]
        return bool(len(best) > 1 and best[0] - best[1] < REVIEW_MARGIN)
    return any(
        _is_near(float(p), model.thresholds[one])
        for one, p in zip(model.labels, probabilities, strict=True)
    )


def _is_near(probability: float, threshold: float) -> bool:
    # half-way to 0 and to 1 at most: beside a threshold of 0.1 a plain 0.01 would count as near
    below, above = min(REVIEW_MARGIN, threshold / 2), min(REVIEW_MARGIN, (1 - threshold) / 2)
    return -below < probability - threshold < above
