"""A record from a JSON object, or from a row of a table in a notebook."""

import numpy as np
import pandas as pd
import pytest

from drmine.records import Record


def test_a_row_of_a_table_with_blanks_gives_the_record_that_it_shows():
    table = pd.DataFrame(
        {
            # a column with a blank holds its whole numbers as 12345.0
            "pmid": [12345, None],
            "title": ["A title", float("nan")],
            "abstract": [None, "Text."],
            "year": [2019, float("nan")],
            "journal": [pd.NA, "J"],
            # as Parquet files give lists
            "mesh": [np.array(["Epilepsy", "Humans"], dtype=object), None],
        }
    )
    expected = Record("12345", "A title", year=2019, mesh=("Epilepsy", "Humans"))
    for row in (table.to_dict("records")[0], table.iloc[0]):
        record = Record.from_json(row)
        assert record == expected
        assert type(record.year) is int
    rest = Record.from_json({**table.iloc[1], "pmid": "2"})
    assert (rest.title, rest.year, rest.mesh, rest.text) == ("", None, (), "\nText.")


def test_what_cannot_be_a_record_is_told_in_a_sentence():
    with pytest.raises(ValueError, match="no pmid"):
        Record.from_json({"pmid": float("nan"), "title": "A title"})
    # else its letters would be the headings
    with pytest.raises(ValueError, match=r"mesh is a text where a list .*'Epilepsy'"):
        Record.from_json({"pmid": "1", "mesh": "Epilepsy"})
