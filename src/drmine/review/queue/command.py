"""What `drmine review queue` does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from drmine.errors import InputError
from drmine.plural import how_many
from drmine.review.decisions.decision import settled
from drmine.review.decisions.files import append_decisions, read_decisions
from drmine.review.decisions.folder import review_dir, reviews_folder, same_workspace
from drmine.review.queue.draw import draw
from drmine.review.queue.entries import read_queue, read_state, write_queue
from drmine.review.queue.pool import Pool, Row, Sizes
from drmine.settings import Settings
from drmine.terminal import Say

_WIDTH = 100


def draw_queue(
    settings: Settings, sizes: Sizes, *, seed: int, reviews: Path | None, say: Say
) -> int:
    """Draw the queue of a workspace and say what is in it and why.

    Raises
    ------
    InputError
        The workspace holds no labelled record.
    """
    from drmine.classify.model import shipped_model
    from drmine.refresh.history import complete_through
    from drmine.refresh.job import KIND, existing_store
    from drmine.review.decisions.apply import machine_words
    from drmine.workspace import Workspace

    folder = review_dir(settings)
    state = read_state(folder)
    with existing_store(settings) as store:
        where = reviews_folder(settings, reviews, invented=store.has_invented())
        problems: list[str] = []
        decisions = read_decisions(where, problems)
        arrivals = store.arrivals()
        latest = str(state.get("latest_run", ""))
        frames = store.frames("articles", "findings")
        pool = Pool(
            articles=frames["articles"],
            findings=frames["findings"],
            decisions=decisions,
            previous=read_queue(folder),
            new=frozenset(p for p, run in arrivals.items() if latest and run > latest),
            texts={one.pmid: one.text for one in store.iter_records(settled(decisions))},
            machine=machine_words(store),
            limits=shipped_model().thresholds,
            complete_through=complete_through(
                Workspace(settings.workspace).manifests(),
                store.last_complete_search(KIND),
                store.newest_date(),
                datetime.now(UTC).date(),
            ),
            seed=seed,
        )
    if not pool.articles["study_type"].astype(bool).any():
        raise InputError(
            f"{settings.workspace} holds no labelled record; run `drmine refresh` first."
        )
    drawn = draw(pool, sizes)
    append_decisions(where, drawn.counted)
    path = write_queue(
        folder,
        drawn.entries,
        {
            "drawn": datetime.now(UTC).isoformat(timespec="seconds"),
            "latest_run": max(arrivals.values(), default=""),
            "seed": seed,
        },
    )
    for line in _table(drawn.rows):
        say(line)
    for problem in problems:
        say(f"Left out: {problem}")
    say(f"Queue: {how_many(len(drawn.entries), 'record')} in {path}")
    say(f"Decisions go to {where}")
    say(f"Next: drmine review serve{same_workspace(settings)}")
    return 0


def _table(rows: list[Row]) -> list[str]:
    import textwrap

    lines = [f"{'sample':<13}{'drawn':>6}{'of':>8}  why"]
    for row in rows:
        head = f"{row.sample:<13}{row.drawn:>6,}{row.candidates:>8,}  "
        told = textwrap.wrap(row.told, _WIDTH - len(head))
        lines.append(head + told[0])
        lines += [" " * len(head) + more for more in told[1:]]
    return lines
