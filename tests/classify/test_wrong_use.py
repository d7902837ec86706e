"""What is no record is refused by a sentence, not by an attribute that is missing."""

import pytest

from drmine.classify.classifier import Classifier


def test_a_text_is_no_record() -> None:
    with pytest.raises(TypeError, match=r"takes records, not str; make one by Record\.from_json"):
        list(Classifier().label(["An invented text."]))  # type: ignore[list-item]
