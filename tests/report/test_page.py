"""The report as text: abstracts are untrusted input, and stay text."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
from big_store import MANIFEST, write_big_report
from trends_tables import CONCEPTS, article, finding, mention

from drmine.report.charts import group_chart
from drmine.report.data import read_report_data
from drmine.report.page import write_report
from drmine.report.renderer import Renderer, script_json
from drmine.taxonomy import load_taxonomy
from drmine.trends import Tables, write_trends


def test_json_in_a_script_element_cannot_end_it():
    hostile = {"title": "</script><script>alert(1)</script><!-- & \u2028"}
    text = script_json(hostile)
    assert "<" not in text and ">" not in text and "\u2028" not in text
    assert json.loads(text) == hostile


def told_of_invented(tmp_path, n_made_up: int | None) -> dict[str, str]:
    """Write a report of invented papers; the first ones count as such, or all."""
    write_big_report(tmp_path, 60, 40)
    articles = tmp_path / "trends" / "articles.csv"
    table = pd.read_csv(articles, dtype={"pmid": str})
    if n_made_up is not None:
        table["invented"] = [n < n_made_up for n in range(len(table))]
        table.to_csv(articles, index=False)
    write_report(tmp_path / "trends", tmp_path / "mixed", manifest=MANIFEST,
                 taxonomy=load_taxonomy())  # fmt: skip
    pages = {p.name: p.read_text("utf-8") for p in (tmp_path / "mixed").glob("*.html")}
    return {**pages, "first": table["pmid"].iloc[0], "last": table["pmid"].iloc[-1]}


def test_a_report_of_invented_papers_alone_says_so(tmp_path):
    pages = told_of_invented(tmp_path, None)
    assert "Every paper on this page was made up" in pages["index.html"]
    assert "<title>INVENTED DEMONSTRATION" in pages["index.html"]
    assert '"invented":true' in pages["evidence.html"]


def test_a_report_of_some_invented_papers_says_how_many_and_which(tmp_path):
    pages = told_of_invented(tmp_path, 7)
    for name in ("index.html", "evidence.html", "method.html", "hypothesis_transporter.html"):
        assert "7 of the papers behind this page were made up" in pages[name]
        assert "Every paper" not in pages[name]
        assert "<title>PARTLY INVENTED" in pages[name]
    listed = pages["evidence.html"].partition('"invented":[')[2].partition("]")[0]
    assert len(listed.split(",")) == 7
    assert pages["first"] in listed
    assert pages["last"] not in listed


def test_a_second_sentence_follows_the_first_with_its_mechanisms(tmp_path):
    write_big_report(tmp_path, 60, 40)
    path = tmp_path / "trends" / "findings.csv"
    table = pd.read_csv(path, dtype={"pmid": str})
    table["second_start"], table["second_end"] = table["evidence_start"], table["evidence_end"]
    table["second_evidence"] = "<b>ABCB1</b> was not raised."
    table.to_csv(path, index=False)
    write_report(tmp_path / "trends", tmp_path / "two", manifest=MANIFEST, taxonomy=load_taxonomy())
    told = (tmp_path / "two" / "hypothesis_transporter.html").read_text("utf-8")
    assert "Also: </span>" in told and "<b>ABCB1" not in told
    evidence = (tmp_path / "two" / "evidence.html").read_text("utf-8")
    assert "\\u003cb>ABCB1" in evidence or "\\u003cb\\u003eABCB1" in evidence


def test_two_sentences_of_title_and_abstract_do_not_pass_for_two_of_the_title(tmp_path):
    write_big_report(tmp_path, 60, 40)
    path = tmp_path / "trends" / "findings.csv"
    table = pd.read_csv(path, dtype={"pmid": str})
    table["evidence_start"], table["second_start"], table["second_evidence"] = 0, 500, "It was not."
    table["second_end"] = table["second_start"] + len("It was not.")
    table.to_csv(path, index=False)
    write_report(tmp_path / "trends", tmp_path / "two", manifest=MANIFEST, taxonomy=load_taxonomy())
    told = (tmp_path / "two" / "hypothesis_transporter.html").read_text("utf-8")
    assert "In the title and abstract of: " in told and "In the title of: " not in told
    assert '"title and abstract"' in (tmp_path / "two" / "evidence.html").read_text("utf-8")


def test_what_a_killed_run_left_half_written_goes_from_the_report(tmp_path):
    write_big_report(tmp_path, 60, 40)
    report = tmp_path / "again"
    report.mkdir()
    (report / ".method.html.0a1b2c3d.tmp").write_text("<html", encoding="utf-8")
    write_report(tmp_path / "trends", report, manifest=MANIFEST, taxonomy=load_taxonomy())
    assert not list(report.glob(".*"))


def test_a_report_of_imported_files_does_not_pass_for_one_of_pubmed(tmp_path):
    write_big_report(tmp_path, 60, 40)
    taxonomy = load_taxonomy()
    told = "read from files, not found by a search of PubMed"
    for manifest, is_told in (
        (MANIFEST | {"query": "epilep*", "searched_on": "2026-01-01"}, False),
        (MANIFEST | {"query": None, "searched_on": None}, True),
        (MANIFEST | {"query": None, "searched_on": None,
                     "last_search": {"run": "a", "query": "epilep*",
                                     "searched_on": "2026-01-01"}}, False),
    ):  # fmt: skip
        page = write_report(
            tmp_path / "trends", tmp_path / "files", manifest=manifest, taxonomy=taxonomy
        ).read_text("utf-8")
        assert (told in page) is is_told


def test_a_preprint_and_an_expression_of_concern_are_marked_in_the_evidence(tmp_path):
    write_big_report(tmp_path, 60, 40)
    path = tmp_path / "trends" / "articles.csv"
    articles = pd.read_csv(path, dtype={"pmid": str})
    articles["publication_types"] = "Journal Article; Preprint"
    articles["retraction"] = "expression_of_concern"
    articles.to_csv(path, index=False)
    write_report(tmp_path / "trends", tmp_path / "marked", manifest=MANIFEST,
                 taxonomy=load_taxonomy())  # fmt: skip
    said = "preprint, expression of concern"
    assert f'"{said}"' in (tmp_path / "marked" / "evidence.html").read_text("utf-8")
    assert f"<strong>{said}</strong>" in (
        tmp_path / "marked" / "hypothesis_transporter.html"
    ).read_text("utf-8")


def test_the_overview_says_first_how_many_findings_a_reviewer_has_seen(tmp_path):
    write_big_report(tmp_path, 60, 40)
    path = tmp_path / "trends" / "findings.csv"
    findings = pd.read_csv(path, dtype={"pmid": str})
    n = int(findings["is_counted"].sum())
    for reviewed in (0, 3):
        seen = findings["is_counted"] & (findings["is_counted"].cumsum() <= reviewed)
        findings.assign(reviewed=seen).to_csv(path, index=False)
        page = write_report(tmp_path / "trends", tmp_path / "seen", manifest=MANIFEST,
                            taxonomy=load_taxonomy()).read_text("utf-8")  # fmt: skip
        told = (
            f"{reviewed} of the {n} findings are decided by reviewers"
            if reviewed
            else "No reviewer has decided on a finding yet"
        )
        assert 0 < page.find(told) < page.find('class="cards"')


def odd_store(folder, year: int | None = 2015, **odd) -> dict[str, str]:
    """Write a report of one finding in one record, with something odd about the record."""
    store = replace(
        Tables.empty(),
        articles=pd.DataFrame([article(99000001, year, **odd)]),
        findings=pd.DataFrame([finding(99000001, year, "transporter", evidence="Invented.")]),
        mentions=pd.DataFrame(
            [mention(99000001, year, "ABCB1"), mention(99000001, year, "SCN1A", negated=True)]
        ),
    )
    taxonomy = load_taxonomy()
    write_trends(store, taxonomy.hypotheses, folder / "trends", manifest=MANIFEST, invented=True,
                 complete_through=2019, concept_names=CONCEPTS)  # fmt: skip
    write_report(folder / "trends", folder / "report", manifest=MANIFEST, taxonomy=taxonomy)
    return {p.name: p.read_text("utf-8") for p in (folder / "report").glob("*.html")}


def test_a_title_that_is_a_number_stays_a_title(tmp_path):
    pages = odd_store(tmp_path, title="1984")
    assert "<bdi>1984</bdi> (2015)" in pages["hypothesis_transporter.html"]
    assert '"1984"' in pages["evidence.html"]


def test_a_title_that_turns_the_way_of_writing_turns_nothing_behind_it(tmp_path):
    page = odd_store(tmp_path, title="Invented \u202eeltit")["hypothesis_transporter.html"]
    assert "<bdi>Invented \u202eeltit</bdi> (2015). 99000001" in page


def test_a_mechanism_that_is_only_denied_is_not_among_the_most_named(tmp_path):
    page = odd_store(tmp_path)["index.html"]
    assert "most named, of 1 record in all years: ABCB1 (1)." in page


def test_where_a_name_begins_a_phrase_the_phrase_is_marked(tmp_path):
    odd_store(tmp_path)
    path = tmp_path / "trends" / "mentions.csv"
    table = pd.read_csv(path, dtype={"pmid": str})
    table.loc[table["concept"] == "SCN1A", "end"] += 1
    table.to_csv(path, index=False)
    write_report(tmp_path / "trends", tmp_path / "two", manifest=MANIFEST, taxonomy=load_taxonomy())
    page = (tmp_path / "two" / "hypothesis_transporter.html").read_text("utf-8")
    assert 'Inv<mark class="negated" title="SCN1A, negated">ented.</mark>' in page


def test_a_finding_without_mention_or_title_has_its_page(tmp_path):
    store = replace(
        Tables.empty(),
        articles=pd.DataFrame([article(99000001, 2015, title="")]),
        findings=pd.DataFrame([finding(99000001, 2015, "transporter", evidence="Invented.")]),
    )
    taxonomy = load_taxonomy()
    write_trends(store, taxonomy.hypotheses, tmp_path / "trends", manifest=MANIFEST, invented=True,
                 complete_through=2019, concept_names={})  # fmt: skip
    write_report(tmp_path / "trends", tmp_path / "report", manifest=MANIFEST, taxonomy=taxonomy)
    page = (tmp_path / "report" / "hypothesis_transporter.html").read_text("utf-8")
    assert "the most in one window, 1, are of 2015." in page
    assert "Concepts behind it" not in page
    assert "<bdi>(no title)</bdi>" in page


def test_the_first_window_of_the_groups_holds_all_that_it_names(tmp_path):
    """Of 1862 to 1949 the share of records counted four papers, the support beside it the last."""
    papers = [(1862, "refutes"), (1930, "refutes"), (1931, "refutes"), (1946, "supports"),
              (2021, "supports")]  # fmt: skip
    store = replace(
        Tables.empty(),
        articles=pd.DataFrame([article(n, year) for n, (year, _) in enumerate(papers, 99000001)]),
        findings=pd.DataFrame(
            [finding(n, year, "transporter", stance=stance)
             for n, (year, stance) in enumerate(papers, 99000001)]
        ),
    )  # fmt: skip
    taxonomy = load_taxonomy()
    write_trends(store, taxonomy.hypotheses, tmp_path, manifest=MANIFEST, invented=True,
                 complete_through=2019, concept_names={})  # fmt: skip
    rows = group_chart(read_report_data(tmp_path, MANIFEST, taxonomy)).table.rows
    support = [row for row in rows if row[0] == "support among findings with a side"]
    assert [(row[1], row[3]) for row in support] == [("1862–1949", "0.25"), ("2020–2021 *", "1")]


def test_records_without_a_year_are_not_said_to_be_off_the_topic(tmp_path):
    page = odd_store(tmp_path, year=None)["index.html"]
    assert "No record that is counted is about drug response." in page
    assert "No record in the store" not in page


def test_shares_of_a_window_say_of_how_many_records_they_are(tmp_path):
    page = odd_store(tmp_path)["index.html"]
    assert "In 2015, of 1: Transporter 100\u00a0%" in page
    assert "In 2015, of 1: Altered pharmacokinetics" in page


def test_one_is_told_as_one_and_the_counted_beside_all(tmp_path):
    pages = odd_store(tmp_path)
    index = pages["index.html"]
    assert "1 record, 1 of them counted as on drug response; 1 finding (a finding" in index
    assert "The one concept that bears on the hypothesis" in pages["hypothesis_transporter.html"]


def test_no_score_is_said_to_be_certain(tmp_path):
    page = odd_store(tmp_path)["hypothesis_transporter.html"]
    assert "score 0.9" in page and "score 1.00" not in page
    template = Renderer(
        read_report_data(tmp_path / "trends", MANIFEST, load_taxonomy()), tmp_path
    )._environment.get_template("parts.html.j2")
    assert template.module.score(0.9949) == "0.99" and template.module.score(0.996) == "&gt;0.99"


def test_the_method_page_says_that_the_machine_errs(tmp_path):
    pages = odd_store(tmp_path)
    assert "The machine errs." in pages["method.html"]
    assert 'href="method.html#limits"' in pages["index.html"]
