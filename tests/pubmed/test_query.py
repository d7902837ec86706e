import re
from importlib import resources

import pytest
import yaml

from drmine.demo.match import Index
from drmine.errors import ConfigurationError, InputError
from drmine.pubmed.query import default_query, load_query, query_from_text
from drmine.records import Record


def matches(title, **fields):
    return bool(Index([Record("99000001", title, **fields)]).find(default_query().text).pmids)


@pytest.mark.parametrize(
    "title",
    [
        "Drug-resistant epilepsy in children",
        "Pharmacoresistant temporal lobe epilepsy",
        "Pharmacoresistance in epilepsy",
        "Medically intractable partial seizures",
        "Intractability of seizures",
        "Refractory status epilepticus",
        "Super-refractory status epilepticus",
        "Superrefractory status epilepticus",
        "Medically refractory focal epilepsy",
        "Medically uncontrolled complex partial seizures",
        "Uncontrolled epilepsy in adults",
        "Difficult-to-treat epilepsy",
        "Epilepsies difficult to treat",
        "Multidrug-resistant epilepsy",
        "Treatment-resistant convulsions",
        "Therapy resistant epilepsy",
        "Resistance to phenytoin in kindled rats with seizures",
        "Epileptic rats that do not respond: nonresponders",
        "Non-responsive epilepsy",
        "Seizures unresponsive to drugs",
        "Poorly controlled epilepsy",
        "Dravet syndrome: refractory course",
        "Resistant infantile spasms",
        "Lennox-Gastaut syndrome that is hard to control",
        "Tuberous sclerosis and its intractable course",
        "ABCB1 polymorphism and response to antiepileptic drugs",
        "P-glycoprotein transport of anticonvulsants",
        "Pharmacogenetics of antiseizure medication",
        "Anti-epileptic drugs and efflux at the barrier",
    ],
)
def test_the_names_that_the_field_has_used_are_found_without_headings(title):
    assert matches(title)


def test_the_heading_alone_is_enough():
    assert matches("A cohort from one clinic", mesh=("Drug Resistant Epilepsy",))


def test_headings_on_epilepsy_and_resistance_are_enough():
    assert matches("A cohort", mesh=("Epilepsy, Temporal Lobe", "Drug Resistance, Multiple"))


@pytest.mark.parametrize(
    "title",
    [
        "Epilepsy surgery and memory",
        "Drug-resistant tuberculosis",
        "Refractory hypertension",
        "P-glycoprotein in colon cancer",
        "Adverse effects of antiepileptic drugs",
        "Resistivity of copper",
    ],
)
def test_what_lacks_one_half_is_not_found(title):
    assert not matches(title)


def test_every_clause_has_an_explanation_and_stands_in_the_text():
    query = default_query()
    assert len(query.clauses) >= 6
    for clause in query.clauses:
        assert len(clause.explanation) > 60
        assert clause.text in query.text
        assert clause.explanation in query.explain()


def test_no_term_depends_on_mesh_alone():
    rows = yaml.safe_load(
        resources.files("drmine.pubmed").joinpath("query.yaml").read_text(encoding="utf-8")
    )["clauses"]
    without_text = [row["id"] for row in rows if not row.get("text")]
    assert without_text == ["resistant_epilepsy_heading"]


def test_truncation_leaves_the_four_letters_that_pubmed_wants():
    for stem in re.findall(r"([\w ]+)\*", default_query().text):
        assert len(stem.replace(" ", "")) >= 4, stem


def test_no_term_stands_twice_in_a_clause():
    for clause in default_query().clauses:
        terms = [term.lower() for term in clause.terms]
        assert len(set(terms)) == len(terms), clause.id


def test_the_fingerprint_changes_with_the_text_alone():
    assert query_from_text(" a  b ").fingerprint == query_from_text("a b", "other").fingerprint
    assert query_from_text("a").fingerprint != query_from_text("b").fingerprint


def test_a_query_file_in_plain_text_is_read_without_its_comments(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("# ours\nepilepsy[mh]\n  AND refractory[tiab]\n")
    query = load_query(path)
    assert (query.id, query.text) == ("mine", "epilepsy[mh] AND refractory[tiab]")


@pytest.mark.parametrize("text", ["# ours: refractory\nepilep*[tiab]\n", "epilep*[tiab]\n"])
def test_a_byte_order_mark_is_no_part_of_the_query(tmp_path, text):
    path = tmp_path / "mine.txt"
    path.write_text(text, encoding="utf-8-sig")
    assert load_query(path).text == "epilep*[tiab]"


def test_a_query_file_of_clauses_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "id: mine\nclauses:\n"
        "- {id: a, explanation: why, text: [seizure*, status epilepticus]}\n"
        "- {id: b, explanation: because, mesh: [Drug Resistance]}\n"
    )
    query = load_query(path)
    assert query.text == (
        '(seizure*[tiab] OR "status epilepticus"[tiab]) AND ("Drug Resistance"[mh])'
    )


@pytest.mark.parametrize("text", ["", "  ", "(a", "a)", ")(", 'say "x'])
def test_a_query_that_cannot_be_is_refused(text):
    with pytest.raises(InputError):
        query_from_text(text)


def test_parentheses_inside_quotation_marks_do_not_count():
    assert query_from_text('"Seizures (benign"[tiab]').text


@pytest.mark.parametrize(
    "content", ["[1, 2]", "clauses: 3", "clauses: [{id: a}]", "clauses: []\ncombine: '{x}'"]
)
def test_a_query_file_without_clauses_says_what_it_needs(tmp_path, content):
    path = tmp_path / "q.yaml"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match="needs `clauses`"):
        load_query(path)


def test_a_query_file_that_is_not_there_or_not_yaml_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_query(tmp_path / "no.txt")
    bad = tmp_path / "bad.yaml"
    for content in ("a: [", "a: " + "[" * 5_000 + "]" * 5_000):
        bad.write_text(content)
        with pytest.raises(InputError, match="not valid YAML"):
            load_query(bad)


@pytest.mark.parametrize(
    ("clauses", "sentence"),
    [
        ("- {id: a, text: Dravet}", "under `text` a list of words"),  # asked letter by letter
        ("- {id: a, text: [no, 5]}", "under `text` a list of words"),
        ("- {id: a, text: ['']}", "under `text` a list of words"),
        ("- {id: a, mesh: ['\"Epilepsy\"[mh]']}", "without marks or field tags"),
        ("- {id: a, text: [Dravet], meshh: [Epilepsy]}", "a clause with meshh"),
        ("- {id: a, text: [Dravet]}\n- {id: a, text: [Lafora]}", "an `id` of its own"),
        ("  []", "needs `clauses`"),
        ("- Dravet", "needs `clauses`"),
    ],
)
def test_clauses_that_would_ask_something_else_are_refused(tmp_path, clauses, sentence):
    path = tmp_path / "mine.yaml"
    path.write_text(f"id: mine\nclauses:\n{clauses}\n")
    with pytest.raises(ConfigurationError, match=sentence):
        load_query(path)


def test_the_id_of_a_clause_may_have_a_hyphen_and_must_exist(tmp_path):
    path = tmp_path / "mine.yaml"
    text = "clauses:\n- {id: my-own, text: [Dravet]}\ncombine: '{my-own} NOT {%s}'\n"
    path.write_text(text % "my-own")
    assert load_query(path).text == "(Dravet[tiab]) NOT (Dravet[tiab])"
    path.write_text(text % "another-one")
    with pytest.raises(ConfigurationError, match="names only those ids"):
        load_query(path)
