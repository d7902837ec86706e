"""The command line: quick help, one sentence for what is wrong, the exit codes of the contract."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time

import pytest

from drmine.cli_options import stopped_sentence
from drmine.demo.server import EutilsServer
from drmine.records import Record
from drmine.store import Store
from running import ROOT, drmine

FIXTURES = ROOT / "tests" / "fixtures" / "pubmed"


def one_sentence(result):
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert "Traceback" not in result.stderr
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_help_is_quick():
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        assert drmine("--help").returncode == 0
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.5


@pytest.mark.parametrize("command", ["import", "refresh", "label", "query", "demo"])
def test_every_command_explains_itself(command):
    result = drmine(command, "--help")
    assert result.returncode == 0
    assert len(result.stdout.split("Options:")[0]) > 60


def test_no_such_file(tmp_path):
    result = drmine("import", tmp_path / "none.xml", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "none.xml" in one_sentence(result)
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(("name", "content"), [("words.xml", b"just words"), ("empty.xml", b"")])
def test_a_file_that_holds_no_records(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    result = drmine("import", tmp_path / name, "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert name in one_sentence(result)
    assert not (tmp_path / "w").exists()


def test_a_file_of_which_nothing_is_kept_makes_no_workspace(tmp_path):
    nothing = FIXTURES / "empty_set.xml"
    result = drmine("import", nothing, "--workspace", tmp_path / "w")
    assert (result.returncode, result.stderr) == (0, "")
    assert "0 records read, 0 kept" in result.stdout
    assert "no workspace was made" in result.stdout
    assert not (tmp_path / "w").exists()
    one = FIXTURES / "deleted.xml"
    result = drmine("import", nothing, one, "--workspace", tmp_path / "w")
    assert result.returncode == 0
    assert "The store holds 1 records" in result.stdout


def test_a_mistyped_file_makes_no_workspace_beside_the_database_of_a_team(tmp_path):
    url = f"sqlite:///{tmp_path / 'team.sqlite'}"
    Store.open(url).close()
    team = {"DRMINE_DATABASE_URL": url}
    names = ("none.xml", "--workspace", tmp_path / "w")
    result = drmine("import", *names, environment=team, cwd=tmp_path)
    assert result.returncode == 2
    assert not (tmp_path / "w").exists()
    names = (FIXTURES / "deleted.xml", "--workspace", tmp_path / "w")
    assert drmine("import", *names, environment=team).returncode == 0
    assert len(list((tmp_path / "w" / "runs").iterdir())) == 1


def test_a_bulk_file_that_is_not_there_makes_no_workspace(tmp_path):
    result = drmine("bulk", tmp_path / "none.xml.gz", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "none.xml.gz does not exist" in one_sentence(result)
    assert not (tmp_path / "w").exists()


def test_a_truncated_gzip_keeps_what_came_before(tmp_path):
    article = (
        "<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID><Article>"
        "<ArticleTitle>Invented: epilepsy that resists drugs {pmid}</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle>"
    )
    articles = "".join(article.format(pmid=99000001 + i) for i in range(4000))
    whole = gzip.compress(f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode())
    (tmp_path / "cut.xml.gz").write_bytes(whole[: len(whole) // 2])
    result = drmine("import", tmp_path / "cut.xml.gz", "--workspace", tmp_path / "w")
    assert result.returncode == 1
    assert "cut.xml.gz" in one_sentence(result)
    assert "The store holds" in result.stdout


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "bad.xml").write_text("no xml")
    (tmp_path / "good.xml").write_text(
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>99000001</PMID><Article>"
        "<ArticleTitle>Invented epilepsy</ArticleTitle></Article></MedlineCitation>"
        "</PubmedArticle></PubmedArticleSet>"
    )
    result = drmine(
        "import", tmp_path / "bad.xml", tmp_path / "good.xml", "--workspace", tmp_path / "w"
    )
    assert result.returncode == 1
    assert "1 records read, 1 kept" in result.stdout


def test_a_missing_email_is_said_before_anything_starts(tmp_path):
    begun = time.perf_counter()
    result = drmine("refresh", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "DRMINE_EMAIL" in one_sentence(result)
    assert time.perf_counter() - begun < 5


def test_a_workspace_that_is_a_file(tmp_path):
    (tmp_path / "w").write_text("")
    result = drmine("refresh", "--offline", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "workspace" in one_sentence(result)


def test_a_refresh_of_what_is_stored_makes_no_workspace_of_a_mistyped_name(tmp_path):
    result = drmine("refresh", "--offline", "--workspace", tmp_path / "mistyped")
    assert result.returncode == 2
    assert "mistyped holds no store" in one_sentence(result)
    assert not list(tmp_path.iterdir())


def test_a_workspace_without_a_name_is_not_the_folder_in_which_one_stands(tmp_path):
    result = drmine("refresh", "--offline", "--workspace", "", cwd=tmp_path)
    assert result.returncode == 2
    assert "it is empty" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_terminal_without_greek_letters_ends_no_command():
    text = "Uptake by \u03b2-cells in refractory epilepsy"
    result = drmine("explain", "--text", text, environment={"PYTHONIOENCODING": "latin-1"})
    assert result.returncode == 0, result.stderr
    assert "\\u03b2-cells" in result.stdout


def test_the_query_is_printed_and_explained():
    plain, explained = drmine("query"), drmine("query", "--explain")
    assert plain.stdout.strip() in explained.stdout
    assert len(explained.stdout) > 2 * len(plain.stdout) / 2 + 200


RECORD = {
    "pmid": "99000001",
    "title": "P-glycoprotein (P-gp) in drug-resistant epilepsy",
    "abstract": (
        "BACKGROUND: A third of patients with epilepsy are resistant to drugs. METHODS: We "
        "measured P-gp in resected tissue of resistant and responsive patients. RESULTS: "
        "P-gp was higher in resistant patients (p<0.01). CONCLUSIONS: Overexpression of P-gp "
        "contributes to drug resistance."
    ),
}


def label(tmp_path, lines, *options):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join(lines) + b"\n")
    result = drmine("label", source, target, *options)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    return result, rows, tmp_path / "out.jsonl.errors"


def test_label_keeps_the_contract(tmp_path):
    result, (row,), errors = label(tmp_path, [json.dumps(RECORD).encode()])
    assert result.returncode == 0, result.stderr
    assert not errors.exists()
    text = RECORD["title"] + "\n" + RECORD["abstract"]
    assert row["pmid"] == "99000001"
    assert row["about_drug_response"] is True
    finding = next(h for h in row["hypotheses"] if h["id"] == "transporter")
    assert finding["stance"] == "supports"
    assert {"score", "stance_score", "origin", "evidence"} <= set(finding)
    for span in [*finding["evidence"], *row["mentions"], *row["resistance_rates"]]:
        assert text[span["start"] : span["end"]] == span["text"]
    short = [m for m in row["mentions"] if m["text"] == "P-gp"]
    assert short and all(m["concept"] == "ABCB1" for m in short)
    assert {m["long_form"] for m in short} == {"P-glycoprotein"}
    assert {"class", "negated", "speculated", "matched_by"} <= set(short[0])
    assert row["resistance_rates"][0]["low"] == pytest.approx(1 / 3, abs=1e-3)


@pytest.mark.parametrize("other_name", [False, True])
def test_texts_are_not_overwritten_by_their_labels(tmp_path, other_name):
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    target = source
    if other_name:
        target = tmp_path / "link.jsonl"
        target.symlink_to(source)
    result = drmine("label", source, target)
    assert result.returncode == 2
    assert "another file" in one_sentence(result)
    assert json.loads(source.read_text(encoding="utf-8")) == RECORD


def test_labels_do_not_take_the_place_of_a_device(tmp_path):
    source, pipe = tmp_path / "in.jsonl", tmp_path / "pipe"
    source.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    os.mkfifo(pipe)
    result = drmine("label", source, pipe)
    assert result.returncode == 2
    assert "is no file" in one_sentence(result)
    assert pipe.is_fifo()


def test_labels_of_a_pipe_say_what_to_do(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    result = drmine("label", tmp_path / "pipe", tmp_path / "out.jsonl")
    assert result.returncode == 2
    assert "pipe is no ordinary file; save its lines as one" in one_sentence(result)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_a_full_disk_ends_what_is_printed_in_one_sentence():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        result = subprocess.run(
            [sys.executable, "-m", "drmine", "query"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert result.returncode == 2
    assert "No space left on device" in one_sentence(result)


def test_a_mistyped_setting_is_named():
    # in pieces: a test holds the names of settings in this folder to those that there are
    name = "DRMINE" + "_QUERYFILE"
    result = drmine("query", environment={name: "q.txt", "DRMINE" + "_OF_OTHERS": "1"})
    assert result.returncode == 0 and result.stdout
    assert f"{name} is no setting of drmine" in one_sentence(result)


@pytest.mark.parametrize("command", ["query", "refresh"])
def test_an_empty_query_is_not_taken_for_the_project_s_own(tmp_path, command):
    result = drmine(command, "--query", "", cwd=tmp_path)
    assert result.returncode == 2
    assert "it is empty" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [("--changes", "changes.csv"), ("--compare", "previous", "latest", "--parquet")],
)
def test_options_of_trends_that_do_nothing_together_are_refused(tmp_path, options):
    result = drmine("trends", *options, cwd=tmp_path)
    assert result.returncode == 2
    assert "--compare" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "goes_on"),
    [(["label", "a", "b"], False), (["train"], False), ([], False), (["refresh"], True)],
)
def test_a_command_that_is_stopped_says_whether_it_goes_on(arguments, goes_on):
    said = stopped_sentence(arguments)
    assert ("is kept" in said, "begins anew" in said) == (goes_on, not goes_on)


def test_label_gives_every_hypothesis_on_request(tmp_path):
    _, (row,), _ = label(tmp_path, [json.dumps(RECORD).encode()], "--all-scores")
    assert len(row["hypotheses"]) == 8


def test_bad_lines_are_named_and_the_others_labelled(tmp_path):
    good = json.dumps(RECORD).encode()
    bad = [b"{broken", b'{"title": "no pmid"}', b"[1]", b"\xff\xfe", b'{"pmid": "1"}']
    result, rows, errors = label(tmp_path, [good, *bad, good])
    assert result.returncode == 1
    assert len(rows) == 2
    listed = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [entry["line"] for entry in listed] == [2, 3, 4, 5, 6]
    assert "in.jsonl:2:" in result.stderr and "Traceback" not in result.stderr


HOSTILE = (
    "", "x" * 90_000, "\x00\x07 control", "\u202eright to left\u202c", "🧠" * 500, "<b>&amp;</b>",
    "1 2 3 4 5", "(" * 3000, "\ud800 lone",
)  # fmt: skip


def test_hostile_texts_are_labelled_with_valid_offsets(tmp_path):
    named = " of P-glycoprotein"
    lines = [
        json.dumps({"pmid": str(number), "title": "t", "abstract": text + named}).encode()
        for number, text in enumerate(HOSTILE)
    ]
    alone = [json.dumps({"pmid": "9", "title": "t", "abstract": text}).encode() for text in HOSTILE]
    result, rows, _ = label(tmp_path, lines + alone)
    assert result.returncode == 0, result.stderr
    assert [row["pmid"] for row in rows] == [*map(str, range(len(HOSTILE))), *["9"] * len(HOSTILE)]
    for text, row in zip(HOSTILE, rows, strict=False):
        whole = f"t\n{text}{named}"
        assert row["mentions"], f"{text[:20]!r} hides what follows it"
        for mention in row["mentions"]:
            assert whole[mention["start"] : mention["end"]] == mention["text"]


@pytest.fixture
def entrez():
    records = [
        Record(
            pmid=str(99_000_000 + number),
            title=f"Invented record {number} on refractory epilepsy",
            abstract="Nothing in this text has happened.",
            year=2001,
            date="2001-02-03",
            entered="2001-02-03",
            revised="2001-02-03",
            journal="Annals of Invented Epileptology",
            languages=("eng",),
            invented=True,
        )
        for number in range(1, 31)
    ]
    with EutilsServer(records) as server:
        yield {
            "DRMINE_EUTILS_URL": server.url,
            "DRMINE_EMAIL": "somebody@example.org",
            "DRMINE_REQUEST_ATTEMPTS": "2",
        }


def test_the_records_of_a_list_of_pmids_are_fetched(tmp_path, entrez):
    (tmp_path / "mine.csv").write_text("PMID,Title\n99000003,x\n99000007,y\n")
    workspace = tmp_path / "w"
    result = drmine("import", tmp_path / "mine.csv", "--workspace", workspace, environment=entrez)
    assert result.returncode == 0, result.stderr
    assert "2 records received, 2 new" in result.stdout
    with Store.open(workspace / "drmine.sqlite") as store:
        assert store.known_pmids() == {"99000003", "99000007"}


def test_a_pmid_that_pubmed_does_not_serve_is_named_and_the_rest_is_kept(tmp_path, entrez):
    (tmp_path / "mine.txt").write_text("99000001\n99000444\n")
    result = drmine(
        "import", tmp_path / "mine.txt", "--workspace", tmp_path / "w", environment=entrez
    )
    assert result.returncode == 1
    assert "99000444" in one_sentence(result)
    assert "1 new in the store" in result.stdout


def test_a_row_of_a_table_that_cannot_be_read_is_named_and_the_rest_is_kept(tmp_path, entrez):
    (tmp_path / "mine.csv").write_text("PMID,Title\nPMID: 99000003,x\n9.9E+07,y\n99000007,z\n")
    result = drmine(
        "import", tmp_path / "mine.csv", "--workspace", tmp_path / "w", environment=entrez
    )
    assert result.returncode == 1
    assert "row 3 ('9.9E+07')" in one_sentence(result)
    assert "2 new in the store" in result.stdout


def test_a_list_of_pmids_without_an_email_says_what_to_set(tmp_path):
    (tmp_path / "mine.txt").write_text("99000001\n")
    result = drmine("import", tmp_path / "mine.txt", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "DRMINE_EMAIL" in one_sentence(result)
    assert not (tmp_path / "w").exists()


def test_the_query_is_counted_by_year(entrez):
    result = drmine(
        "query", "--by-year", "--from", "2000", "--to", "2002", "--query", "epilep*[tiab]",
        environment=entrez,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[:5] == [
        "epilep*[tiab]", "year\trecords", "2000\t0", "2001\t30", "2002\t0"
    ]  # fmt: skip


def test_years_without_a_count_are_refused():
    result = drmine("query", "--from", "2002", "--to", "2005")
    assert result.returncode == 2
    assert "--from and --to need --by-year" in result.stderr


def test_a_count_says_what_pubmed_does_not_understand_of_the_query(entrez):
    years = ("--by-year", "--from", "2001", "--to", "2001")
    result = drmine("query", *years, "--query", "epilep*[tiaab]", environment=entrez)
    assert "PubMed remarks on the query: FieldNotFound: tiaab" in result.stdout


def test_years_out_of_order_are_refused(entrez):
    result = drmine("query", "--by-year", "--from", "2005", "--to", "2002", environment=entrez)
    assert result.returncode == 2
    assert "--from" in one_sentence(result)


def test_a_stored_record_that_is_revised_off_the_topic_is_not_left_as_it_was(tmp_path):
    def article(title):
        return (
            "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>99000001</PMID><Article>"
            "<Journal><Title>Annals of Invented Epileptology</Title></Journal>"
            f"<ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
            "</PubmedArticleSet>"
        )

    workspace = tmp_path / "w"
    for name, title in (("one", "Invented epilepsy."), ("two", "Invented migraine.")):
        (tmp_path / f"{name}.xml").write_text(article(title))
        result = drmine("import", tmp_path / f"{name}.xml", "--workspace", workspace)
        assert result.returncode == 0, result.stderr
    with Store.open(workspace / "drmine.sqlite") as store:
        assert store.get_record("99000001").title == "Invented migraine."


def test_a_record_or_a_name_gives_the_terminal_no_orders(tmp_path):
    # a title for the window, colours in eight bits, letters in another order
    orders = "\x1b]0;mine\x07 \x9b31m \u202eback"
    text = f"P-glycoprotein {orders} in drug-resistant epilepsy"
    result = drmine("explain", "--text", text)
    assert "P-glycoprotein] \\x1b]0;mine\\x07 \\x9b31m \\u202eback in" in result.stdout
    said = one_sentence(drmine("import", f"{orders}.xml", "--workspace", str(tmp_path)))
    assert not set(said + result.stdout) & set("\x1b\x07\x9b\u202e")
