"""The current accuracy as a page of Markdown, for Prefect and for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drmine.evaluation.current import UNTESTED, drifted
from drmine.evaluation.drift import p_text
from drmine.evaluation.shipped_figures import ABOUT
from drmine.plural import how_many

_HEAD = (
    "| | records | about F1 | hypotheses micro F1 | hypotheses macro F1 | stance | study type |\n"
    "|---|--:|---|---|---|---|---|"
)


def as_markdown(found: Mapping[str, Any]) -> str:
    """Return the figures as tables; each cell holds the figure, its interval and its n."""
    left_out = found["left_out"]
    lines = ["# How right the machine is", ""]
    said = drifted(found)
    if said:
        lines += ["**Drift.** The machine errs more often of late:", ""]
        lines += [f"- {one}" for one in said]
    elif found["drift"]["tests"]:
        lines.append(f"No drift: none of {len(found['drift']['tests'])} tests shows more errors.")
    else:
        lines.append(UNTESTED)
    lines += ["", _HEAD, _row("all", found["all"])]
    lines += [_row(name, part) for name, part in found["by_period"].items()]
    lines += [_row(f"sample: {name}", part) for name, part in found["by_sample"].items()]
    lines += [
        "",
        "Cells: figure [95 % interval] (n). Uncertain, influential and gold records were chosen "
        "for a reason, and the machine may err more on them. The random sample was not, but it is "
        "drawn from what the machine counts as on drug response: it shows what is counted by "
        "mistake, not what is missed (F1 of about comes out too high in it). It holds as many "
        "records of each five years, and is not weighted here by how many there are.",
        "",
        f"Left out: {how_many(left_out['trained_on'], 'record')} that the model was trained on; "
        f"{left_out['without_text']:,} whose judged text is not at hand "
        "(`drmine annotations hydrate`).",
    ]
    if found["drift"]["tests"]:
        lines += [
            "",
            "| test | wrong before | wrong of late | p | adjusted p |",
            "|---|--:|--:|--:|--:|",
        ]
        lines += [
            f"| {one['measure']}: {one['compared']} | {one['errors_before']} of {one['n_before']} "
            f"| {one['errors_late']} of {one['n_late']} | {p_text(one['p'])} "
            f"| {p_text(one['p_adjusted'])} |"
            for one in found["drift"]["tests"]
        ]
        lines += [
            "",
            "One-sided exact conditional test within samples (Fisher; Gart 1970), adjusted after "
            f"Holm; drift below {found['drift']['threshold']:g}.",
        ]
    return "\n".join(lines) + "\n"


def _row(name: str, part: Mapping[str, Any]) -> str:
    cells = [
        _cell(part[ABOUT], "f1", part[ABOUT]["n_gold"]),
        _cell(part["hypotheses_micro"], "f1", part["hypotheses_micro"]["n_gold"]),
        _cell(part["hypotheses_macro_f1"], "value", part["hypotheses_macro_f1"].get("n_labels", 0)),
        _cell(part["stance_accuracy"], "value", part["stance_accuracy"]["n"]),
        _cell(part["study_type_accuracy"], "value", part["study_type_accuracy"]["n"]),
    ]
    return f"| {name} | {part['n_records']:,} | {' | '.join(cells)} |"


def _cell(row: Mapping[str, Any], key: str, n: int) -> str:
    value, span = row.get(key), row.get(f"{key}_95")
    if value is None:
        return f"– ({n:,})"
    interval = f" [{span[0]:.2f}, {span[1]:.2f}]" if span else ""
    return f"{value:.2f}{interval} ({n:,})"
