import time

import pytest

from drmine.pubmed.checks import AnswerError, check_records, check_search
from drmine.pubmed.http import Answer

HITS = b"<eSearchResult><Count>3</Count><IdList><Id>1</Id><Id>2</Id></IdList></eSearchResult>"
SET = b"<PubmedArticleSet>%b</PubmedArticleSet>"
ARTICLE = b"<PubmedArticle><MedlineCitation><PMID>%d</PMID></MedlineCitation></PubmedArticle>"


def answer(body, content_type="text/xml; charset=UTF-8"):
    return Answer(200, {"content-type": content_type}, body)


def test_count_and_pmids_are_read():
    found = check_search(answer(HITS), asked=2)
    assert (found.count, found.pmids) == (3, ("1", "2"))


def test_counts_of_the_translation_are_not_taken_for_the_count():
    body = HITS.replace(
        b"<IdList>",
        b"<TranslationStack><TermSet><Count>9</Count></TermSet></TranslationStack><IdList>",
    )
    assert check_search(answer(body), asked=2).count == 3


def test_phrases_that_pubmed_does_not_know_are_told():
    body = HITS.replace(
        b"</IdList>", b"</IdList><ErrorList><PhraseNotFound>epilespy</PhraseNotFound></ErrorList>"
    )
    assert check_search(answer(body), asked=2).warnings == ("PhraseNotFound: epilespy",)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty answer"),
        (b" \n", "empty answer"),
        (b"<html><body>Error</body></html>", "web page"),
        (b"<!DOCTYPE html><p>Error", "web page"),
        (b'{"error":"API rate limit exceeded","api-key":"abc"}', "error notice"),
        (HITS[:60], "cut short"),
        (b"<eFetchResult/>", "<eFetchResult> where <eSearchResult>"),
        (b"<eSearchResult><ERROR>Search Backend failed</ERROR></eSearchResult>", "Backend failed"),
        (HITS.replace(b"<Count>3</Count>", b""), "without a count"),
        (HITS.replace(b"<Id>2</Id>", b""), "1 PMIDs where 2 were announced"),
        (HITS.replace(b"<Id>2</Id>", b"<Id>2 OR 1</Id>"), "were announced"),
        (b"\xff\xfe" + HITS, "cut short or damaged"),
    ],
)
def test_an_answer_that_cannot_be_is_not_believed(body, kind):
    with pytest.raises(AnswerError, match=kind) as caught:
        check_search(answer(body), asked=2)
    assert caught.value.transient


def test_a_web_page_is_known_by_its_type_too():
    with pytest.raises(AnswerError, match="web page"):
        check_records(answer(SET % b"", "text/html; charset=utf-8"))


@pytest.mark.parametrize(
    "message",
    [
        "Invalid db name specified: pubmde",
        "Empty term and query_key - nothing todo",
        "Search Backend failed: Exception: 'retstart' cannot be larger than 9998.",
    ],
)
def test_errors_that_say_that_the_request_is_wrong_are_final(message):
    body = f"<eSearchResult><ERROR>{message}</ERROR></eSearchResult>".encode()
    with pytest.raises(AnswerError) as caught:
        check_search(answer(body), asked=2)
    assert not caught.value.transient


def test_an_error_message_never_carries_an_address_or_a_key_on():
    body = b"<a><ERROR>no a.b@c.org with 0123456789abcdef0123456789abcdef0123</ERROR></a>"
    with pytest.raises(AnswerError) as caught:
        check_records(answer(body))
    assert "c.org" not in caught.value.kind
    assert "0123456789abcdef" not in caught.value.kind


def test_records_and_books_are_counted_but_not_the_pmids_they_cite():
    book = b"<PubmedBookArticle><BookDocument><PMID>8</PMID></BookDocument></PubmedBookArticle>"
    cites = ARTICLE.replace(
        b"</PMID>", b"</PMID><CommentsCorrections><PMID>4</PMID></CommentsCorrections>"
    )
    assert check_records(answer(SET % (cites % 7 + book))) == ("7", "8")


def test_an_empty_set_is_a_good_answer():
    assert check_records(answer(SET % b"")) == ()


def test_entities_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + SET % b"&b;"
    with pytest.raises(AnswerError, match="entities"):
        check_records(answer(bomb))


def test_absurd_nesting_is_refused():
    with pytest.raises(AnswerError, match="nested"):
        check_records(answer(SET % (b"<a>" * 100_000)))


def test_a_message_of_megabytes_is_told_in_short_and_at_once():
    body = b"<eSearchResult><ERROR>%b</ERROR></eSearchResult>" % (b"a." * 300_000)
    begun = time.process_time()
    with pytest.raises(AnswerError) as raised:
        check_search(answer(body), asked=2)
    assert time.process_time() - begun < 5
    assert len(raised.value.kind) < 250


@pytest.mark.parametrize("number", ["9" * 5_000, "²"])
def test_a_count_or_pmid_that_is_no_number_is_not_believed(number):
    with pytest.raises(AnswerError, match="without a count"):
        check_search(answer(HITS.replace(b">3<", f">{number}<".encode())), asked=2)
    with pytest.raises(AnswerError, match="announced"):
        check_search(answer(HITS.replace(b">1<", f">{number}<".encode())), asked=2)
