"""What ``drmine evaluate mentions`` does: hold the tagger against what people marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from drmine.annotations import gold_in_checkout
from drmine.errors import InputError
from drmine.evaluation.scores import end_of_f1, end_of_share
from drmine.mention_gold import GOLD, NEW, GoldRecord, Span, find_records, load_gold, stored_records
from drmine.nlp.tagged import FailedRecord
from drmine.plural import how_many
from drmine.records import Record
from drmine.settings import Settings
from drmine.workspace import Workspace

CONTEXT_CLASS = "epilepsy"
"""Names of epilepsies and seizures are no mechanisms: the gold does not mark them, and marks that
come with a file of another program, which has the machine's, count neither way."""

OUTSIDE = "not in the vocabulary"

_ROUNDS = 2000
_SEED = 20250101

Tagger = Callable[[Iterable[Record]], Mapping[str, set[Span]]]


def tag(records: Iterable[Record]) -> dict[str, set[Span]]:
    """Return the mentions that the default pipeline finds, by PMID."""
    from drmine.nlp.pipeline import Pipeline

    return {
        tagged.record.pmid: {
            (m.start, m.end, m.concept) for m in tagged.mentions if m.class_ != CONTEXT_CLASS
        }
        for tagged in Pipeline().pipe(records)
        if not isinstance(tagged, FailedRecord)
    }


def evaluate(
    gold: list[GoldRecord], records: Mapping[str, Record], tagger: Tagger = tag
) -> dict[str, Any]:
    """Score a tagger: exact span and concept, over all and per class.

    Parameters
    ----------
    gold
        Annotated records.
    records
        Their texts, from :func:`find_records`; gold records without one are left out.
    tagger
        Gives the mentions by PMID.

    Returns
    -------
    dict
        ``overall``, ``by_class`` and ``by_stratum`` with precision, recall and F1, each with
        a 95 % interval from resampling whole records (Wilson's where a figure is 0 or 1, none
        where one record holds all); ``span_overlap`` (the concept right, the span only touched);
        ``n_records`` and ``n_without_text``.
    """
    from drmine.vocabulary import load_vocabulary

    concepts = load_vocabulary().concepts.values()
    classes = {c.id: c.class_ for c in concepts}
    names = {term.casefold(): c.id for c in concepts for term in (*c.context_terms, *c.terms)}
    present = [g for g in gold if g.pmid in records]
    predicted = tagger([records[g.pmid] for g in present])
    counts: list[dict[str, Counter[str]]] = []
    touched = Counter[str]()
    n_mentions = 0
    for one in present:
        found = predicted.get(one.pmid, set())
        known = ((s, e, resolve(c, classes, names)) for s, e, c in one.mentions)
        marked = frozenset(m for m in known if class_of(m[2], classes) != CONTEXT_CLASS)
        n_mentions += len(marked)
        counts.append(_count(marked, found, classes))
        touched.update(_touch(marked, found))
    seen = sorted({name for row in counts for name in row} - {"overall"})
    strata: dict[str, list[dict[str, Counter[str]]]] = defaultdict(list)
    for one, row in zip(present, counts, strict=True):
        strata[one.stratum].append(row)
    return {
        "n_records": len(present),
        "n_without_text": len(gold) - len(present),
        "n_mentions": n_mentions,
        "overall": _figures(counts, "overall"),
        "span_overlap": _shares(touched),
        "by_class": {name: _figures(counts, name) for name in seen},
        "by_stratum": {name: _figures(rows, "overall") for name, rows in sorted(strata.items())},
    }


def resolve(concept: str, classes: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return the concept of a gold mention; what was new to the list may have come since.

    Parameters
    ----------
    concept
        As annotated: a concept, or ``NEW:`` and the usual name of a thing.
    classes, names
        The class of each concept, and the concept of each term without regard to capitals.
    """
    name = concept.removeprefix(NEW)
    if name == concept or name in classes:
        return name
    return names.get(name.casefold(), concept)


def class_of(concept: str, classes: Mapping[str, str]) -> str:
    """Return the class under which a mention is counted."""
    return classes.get(concept, OUTSIDE)


def _count(
    gold: frozenset[Span], found: set[Span], classes: Mapping[str, str]
) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, spans in (("tp", gold & found), ("fp", found - gold), ("fn", gold - found)):
        for span in spans:
            counts["overall"][kind] += 1
            counts[class_of(span[2], classes)][kind] += 1
    return counts


def _touch(gold: frozenset[Span], found: set[Span]) -> Counter[str]:
    def touches(span: Span, others: Iterable[Span]) -> bool:
        return any(o[2] == span[2] and o[0] < span[1] and span[0] < o[1] for o in others)

    hits = sum(touches(span, gold) for span in found)
    return Counter(tp=hits, fp=len(found) - hits, fn=sum(not touches(span, found) for span in gold))


def _shares(counts: Counter[str]) -> dict[str, float | None]:
    tp, fp, fn = (counts[kind] for kind in ("tp", "fp", "fn"))
    # None, not NaN: no JSON holds that, and other programs refuse the file
    return {
        "precision": round(tp / (tp + fp), 4) if tp + fp else None,
        "recall": round(tp / (tp + fn), 4) if tp + fn else None,
        "f1": round(2 * tp / (2 * tp + fp + fn), 4) if tp + fp + fn else None,
    }


def _figures(rows: list[dict[str, Counter[str]]], name: str) -> dict[str, Any]:
    """Return counts, shares and their intervals; records, not mentions, are resampled.

    A share of 0 or 1, which no resample varies, has Wilson's interval.
    """
    import numpy as np

    table = np.array([[row[name][k] for k in ("tp", "fp", "fn")] if name in row else [0, 0, 0]
                      for row in rows], dtype=float)  # fmt: skip
    total = table.sum(axis=0)
    counts = Counter({k: int(v) for k, v in zip(("tp", "fp", "fn"), total, strict=True)})
    draws = np.random.default_rng(_SEED).integers(0, len(rows), (_ROUNDS, len(rows)))
    tp, fp, fn = np.moveaxis(table[draws].sum(axis=1), 1, 0)
    with np.errstate(invalid="ignore"):
        samples = {
            "precision": tp / (tp + fp), "recall": tp / (tp + fn), "f1": 2 * tp / (2 * tp + fp + fn)
        }  # fmt: skip
    figures: dict[str, Any] = {**counts, **_shares(counts)}
    of = {"precision": total[0] + total[1], "recall": total[0] + total[2], "f1": total.sum()}
    for share, values in samples.items():
        known, value = values[~np.isnan(values)], figures[share]
        at_end = end_of_f1 if share == "f1" else end_of_share
        if value is not None and (end := at_end(value, of[share])):
            figures[f"{share}_interval"] = end
        # mentions of one record alone give the same share in every draw, which is no certainty
        elif known.size and table.any(axis=1).sum() > 1:
            low, high = np.quantile(known, (0.025, 0.975))
            figures[f"{share}_interval"] = [round(float(low), 4), round(float(high), 4)]
    return figures


def as_text(result: Mapping[str, Any]) -> str:
    """Return the figures of one half as a table for the terminal."""
    lines = [
        f"{how_many(result['n_records'], 'record')}, {how_many(result['n_mentions'], 'mention')} "
        f"({how_many(result['n_without_text'], 'more record')} without text at hand)",
        f"{'':24}{'mentions':>9}{'precision':>22}{'recall':>22}{'F1':>7}",
    ]
    rows = {"all": result["overall"], **result["by_class"]}
    for name, row in rows.items():
        cells = [_cell(row, share) for share in ("precision", "recall")]
        f1 = f"{row['f1']:.3f}" if row["f1"] is not None else "–"
        n = row["tp"] + row["fn"]
        lines.append(f"{name:24}{n:>9}{cells[0]:>22}{cells[1]:>22}{f1:>7}")
    return "\n".join(lines)


def _cell(row: Mapping[str, Any], share: str) -> str:
    if row[share] is None:
        return "–"
    span = row.get(f"{share}_interval")
    return f"{row[share]:.3f}" + (f" [{span[0]:.2f}, {span[1]:.2f}]" if span else "")


def run(
    gold_file: Path,
    sources: Iterable[Path | Iterable[Record]],
    *,
    half: str = "test",
    tagger: Tagger = tag,
) -> dict[str, Any]:
    """Score the tagger on one half of the gold.

    Parameters
    ----------
    gold_file
        Annotated mentions, by PMID and offsets.
    sources
        Files that hold the records' texts.
    half
        ``test`` (set aside before any tuning), ``dev`` or ``all``.

    Raises
    ------
    InputError
        None of the annotated texts is in the sources.
    """
    gold = [g for g in load_gold(gold_file) if half in (g.half, "all")]
    records = find_records(gold, sources)
    if not records:
        raise InputError(
            "None of the annotated texts was found; give the files that hold the records "
            "with --texts (JSON lines or PubMed XML), or get them by `drmine annotations hydrate`."
        )
    result = evaluate(gold, records, tagger)
    return {"command": "drmine evaluate mentions", "half": half, **result}


def evaluate_mentions(
    settings: Settings, *, gold: Path | None, texts: Iterable[Path], half: str
) -> dict[str, Any]:
    """Do what ``drmine evaluate mentions`` does, with the texts of files and workspace.

    Raises
    ------
    InputError
        There is no gold file, or none of its texts is found.
    """
    from drmine.annotation_files.hydrate import HYDRATED

    gold_file = gold or gold_in_checkout(GOLD)
    wanted = [g.pmid for g in load_gold(gold_file)]
    hydrated = Workspace(settings.workspace).root / HYDRATED
    return run(gold_file, [*texts, stored_records(settings, wanted), hydrated], half=half)
