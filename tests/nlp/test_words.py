"""Words are cut once, and what was worked out of them is remembered up to a limit."""

import re

from hypothesis import given
from hypothesis import strategies as st

from drmine.nlp.memo import Memo
from drmine.nlp.words import cut, words_of


@given(st.text(alphabet=st.sampled_from("ab_1é²ſ -.\n"), max_size=40) | st.text(max_size=40))
def test_words_and_places_are_those_of_a_search(text):
    found = [(m.group(), m.start()) for m in re.finditer(r"\w+", text)]
    words, starts = cut(text)
    assert list(zip(words, starts, strict=True)) == found
    assert words_of(text) == cut(text)


def test_a_memo_works_each_value_out_once_until_it_is_full():
    asked = []

    def length(word):
        asked.append(word)
        return len(word)

    memo = Memo(length, limit=2)
    assert list(map(memo.__getitem__, ["a", "bb", "a", "bb"])) == [1, 2, 1, 2]
    assert asked == ["a", "bb"]
    assert memo["ccc"] == 3
    assert len(memo) == 1
    assert memo["a"] == 1
