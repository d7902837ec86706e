import pytest

from drmine.demo.match import Index
from drmine.records import Record

RECORDS = [
    Record(
        "99000001",
        "Drug-resistant epilepsy",
        "P-glycoprotein in Lennox–Gastaut syndrome.",
        date="2004-05",
        entered="2004-05-10",
        revised="2010-01-01",
        mesh=("Drug Resistant Epilepsy/genetics", "Humans"),
        publication_types=("Review",),
        languages=("fre",),
        journal="Invented Journal",
    ),
    Record(
        "99000002",
        "Seizures in rats",
        "No epilepsy was seen; naïve animals.",
        date="2005",
        entered="2005-06-01",
        revised="2005-06-01",
        keywords=("kindling",),
        mesh=("Seizures", "Rats"),
        substances=("Anticonvulsants",),
    ),
    Record("99000010", "Gardening", "On roses.", date="2005-07-01", entered="2009-01-01"),
]


def found(query):
    return {int(pmid) - 99_000_000 for pmid in Index(RECORDS).find(query).pmids}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("epilepsy", {1, 2}),
        ("epilep*[tiab]", {1, 2}),
        ("epilep[tiab]", set()),
        ('"drug resistant"[tiab]', {1}),
        ("drug-resistant[tiab]", {1}),
        ("drug epilepsy[tiab]", set()),
        ("drug epilepsy", {1}),
        ('"Lennox Gastaut"[tiab]', {1}),
        ("naive[tiab]", {2}),
        ("kindling[tiab]", {2}),
        ("rats NOT epilepsy", set()),
        ("roses OR rats AND seizures", {2}),  # from left to right
        ("roses OR (rats AND seizures)", {2, 10}),
        ("epilepsy seizures", {2}),
        ('"Epilepsy"[mh]', {1}),
        ('"Drug Resistant Epilepsy"[mh]', {1}),
        ('"Humans"[mh]', {1}),
        ('"Anticonvulsants"[pa]', {2}),
        ("review[pt]", {1}),
        ("fre[la]", {1}),
        ('"Invented Journal"[ta]', {1}),
        ("99000002[uid]", {2}),
        ("99000002:99999999[UID]", {2, 10}),
        ("2005/06/01:3000[EDAT]", {2, 10}),
        ("2005/06/02:3000[EDAT]", {10}),
        ('"2005/06/01"[EDAT] : "2006"[EDAT]', {2}),
        ("2009:3000[MDAT]", {1, 10}),
        ("2005[PDAT]", {2, 10}),
        ("2005/07[PDAT]", {10}),
        ("2004:2004[dp]", {1}),
        ("(epilepsy) AND (2005:3000[EDAT] OR 2010:3000[MDAT])", {1, 2}),
        ("((epilepsy", {1, 2}),
        ("", set()),
        ("()", set()),
        ("[tiab]", set()),
        ("nonsense[tiab]", set()),
    ],
)
def test_a_query_finds(query, numbers):
    assert found(query) == numbers


def test_an_unknown_field_is_reported():
    assert Index(RECORDS).find("roses[titel]").unknown_fields == ["titel"]
