"""The shipped model on invented records of full length that it has not learned from.

    python -m benchmarks.held_out [--json FILE]

The records of `annotations/held_out` are worded as typical abstracts are, by another hand than
those of the training folder, and no model learns from them. Their texts are the project's own, so
anybody can repeat this. They say how well a wording is understood, not how often it occurs; and
once the model or its features are changed with an eye on them, they are no test any more.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.accuracy_data import tag
from benchmarks.accuracy_figures import figures, judged_of
from benchmarks.accuracy_text import systems_table
from benchmarks.systems import decisions
from drmine.classify.model import shipped_model
from drmine.classify.train_shipped import ANNOTATIONS
from drmine.classify.training import read_corpus
from drmine.taxonomy import load_taxonomy

HELD_OUT = ANNOTATIONS / "held_out"


def measure() -> dict[str, Any]:
    """Return the figures of the shipped model."""
    examples = [one for path in sorted(HELD_OUT.glob("*.jsonl")) for one in read_corpus(path)]
    prepared = tag(examples)
    decided = decisions(shipped_model(), (p.evidence.tagged for p in prepared))
    found = figures(judged_of(prepared, decided), load_taxonomy(), in_full=True)
    # years of invented records say nothing of the wording of a time
    found.pop("by_period", None)
    return found


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    found = measure()
    print("\n".join(systems_table({"shipped model": found})))
    result = {
        "command": "python -m benchmarks.held_out",
        "date": datetime.now(UTC).date().isoformat(),
        "model": shipped_model().fingerprint,
        **found,
    }
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
