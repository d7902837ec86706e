"""Many cues in one sentence are found as fast as few, and the same ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.nlp import reach
from drmine.nlp.assertion import find_cues, governing
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record

WORDS = (
    "no", "not", "may", "whether", "ABCB1", "did not differ", "unclear", "patients not controlled",
    "unchanged", "; ", ", but", "not only", "(", "rose", "without", "remains unknown",
)  # fmt: skip
KINDS = (("negation", "null"), ("speculation",))


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.integers(0, 200), st.integers(1, 12))
def test_the_cue_that_governs_is_the_same_as_when_each_is_looked_at(
    words: list[str], start: int, length: int
) -> None:
    text = " ".join(words)
    cues = find_cues(text, 0, len(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "FEW", 0)
        ordered = reach.Reach(cues)
        for kinds in KINDS:
            for first in (start, start // 7, text.find("ABCB1")):
                asked = ordered.governing(first, first + length, *kinds)
                assert asked == governing(cues, first, first + length, *kinds)


def test_a_text_of_nothing_but_cues_and_names_is_read_at_once() -> None:
    pipeline = Pipeline()
    pipeline.read(Record("99000001", "Invented title"))
    begun = time.process_time()
    tagged = pipeline.read(Record("99000001", "Invented title", "no ABCB1 " * 11_000))
    assert time.process_time() - begun < 5
    assert len(tagged.mentions) == 11_000 and all(m.negated for m in tagged.mentions)
