import logging
import random
import time
from datetime import UTC, datetime

import pytest
from eutils_fixture import API_KEY, EMAIL, QUERY, client_for, invented_many
from hypothesis import given
from hypothesis import strategies as st

from drmine.demo.faults import FAULT_KINDS, Faults
from drmine.demo.server import EutilsServer
from drmine.errors import ConfigurationError, DrmineError, InputError
from drmine.pubmed.entrez import BadAnswerError, EntrezClient, UnavailableError
from drmine.pubmed.pacing import Pace
from drmine.pubmed.retry import RetryPolicy, retry_after_seconds
from drmine.settings import Settings


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_one_faulty_answer_is_overcome(kind):
    faults = Faults.script([kind], silence=0.5, retry_after=0)
    with EutilsServer(invented_many(30), faults=faults) as server:
        client = client_for(server, timeout=0.2 if kind == "silence" else 5.0)
        answer = client.search(QUERY)
        assert answer.count == len(answer.pmids) == 30
        assert client.counts["requests"] == 2


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_a_faulty_fetch_is_overcome(kind):
    faults = Faults.script([kind], silence=0.5, retry_after=0)
    records = invented_many(30)
    with EutilsServer(records, faults=faults) as server:
        client = client_for(server, timeout=0.2 if kind == "silence" else 5.0)
        fetched = client.fetch([record.pmid for record in records])
        assert sorted(fetched.pmids) == [record.pmid for record in records]


@pytest.mark.parametrize("kind", ["429", "500", "reset", "incomplete"])
def test_a_server_that_stays_down_ends_in_one_sentence(kind):
    with EutilsServer(invented_many(3), faults=Faults(1, [kind])) as server:
        client = client_for(server)
        with pytest.raises(UnavailableError, match="run the same command again") as caught:
            client.search(QUERY)
        assert caught.value.exit_code == 1
        assert client.counts["requests"] == RetryPolicy().attempts


def test_content_that_stays_bad_is_told_from_a_server_that_is_down():
    with EutilsServer(invented_many(3), faults=Faults(1, ["half-xml"])) as server:
        with pytest.raises(BadAnswerError) as caught:
            client_for(server).fetch(["99000001", "99000002"])
        assert b"PubmedArticleSet" in caught.value.body


def test_a_request_that_is_wrong_is_not_repeated():
    with EutilsServer(invented_many(3)) as server:
        client = client_for(server)
        with pytest.raises(InputError, match="HTTP 400"):
            client.fetch(["none"])
        with pytest.raises(InputError, match="correct the query"):
            client.search("  ")
        assert client.counts["requests"] == 2


def test_an_address_without_the_service_names_the_setting():
    with EutilsServer([]) as server:
        client = EntrezClient(EMAIL, base_url=server.url + "nowhere/", pace=Pace(server.url, 0))
        with pytest.raises(ConfigurationError, match="DRMINE_EUTILS_URL"):
            client.search(QUERY)


def test_an_address_that_is_none_names_the_setting():
    client = EntrezClient(EMAIL, base_url="eutils.example.org/entrez", pace=Pace("x", 0))
    with pytest.raises(ConfigurationError, match="DRMINE_EUTILS_URL"):
        client.search(QUERY)


@pytest.mark.parametrize("email", [None, "", "no-address"])
def test_a_missing_email_names_the_setting(email):
    with pytest.raises(ConfigurationError, match="DRMINE_EMAIL"):
        EntrezClient.from_settings(Settings(email=email))


def test_every_request_says_who_asks():
    with EutilsServer(invented_many(3)) as server:
        client = client_for(server, api_key=API_KEY)
        client.search(QUERY)
        client.fetch(["99000001"])
        assert all(request.has_email and request.has_key for request in server.requests)


def test_retry_after_is_honoured_and_holds_back_everyone(tmp_path):
    waits = []
    faults = Faults.script(["429-retry-after"], retry_after=7)
    with EutilsServer(invented_many(3), faults=faults) as server:
        moment = [1000.0]

        def sleep(seconds):
            waits.append(seconds)
            moment[0] += seconds

        pace = Pace(server.url, 3, directory=tmp_path, clock=lambda: moment[0], sleep=sleep)
        client_for(server, pace=pace, sleep=sleep).search(QUERY)
        moment[0] = 1000.5  # another process, at once
        other = Pace(server.url, 3, directory=tmp_path, clock=lambda: moment[0], sleep=sleep)
        with other.turn():
            assert moment[0] >= 1007
    assert waits[0] >= 7


def test_a_pause_of_hours_is_told_and_not_slept_through():
    faults = Faults.script(["429-retry-after"], retry_after=7200)
    with (
        EutilsServer([], faults=faults) as server,
        pytest.raises(UnavailableError, match="7200 seconds"),
    ):
        client_for(server).search(QUERY)


@given(st.integers(1, 30), st.integers(0, 2**32), st.none() | st.floats(0, 300))
def test_backoff_stays_between_half_and_whole_and_never_below_what_the_server_asks(
    attempt, seed, wanted
):
    policy = RetryPolicy(random=random.Random(seed))
    full = min(policy.cap, policy.base * 2 ** (attempt - 1))
    delay = policy.delay(attempt, wanted)
    assert delay >= full / 2
    assert delay >= (wanted or 0)
    assert delay <= max(full, (wanted or 0) + policy.base)


def test_retry_after_is_read_as_seconds_and_as_a_date():
    now = datetime(2025, 1, 1, 12, 0, 0, tzinfo=UTC)
    assert retry_after_seconds({"retry-after": "12"}) == 12
    assert retry_after_seconds({"retry-after": "Wed, 01 Jan 2025 12:00:30 GMT"}, now) == 30
    assert retry_after_seconds({"retry-after": "Wed, 01 Jan 2020 12:00:30 GMT"}, now) == 0
    assert retry_after_seconds({"retry-after": "soon"}) is None
    assert retry_after_seconds({}) is None


def test_silence_ends_after_the_timeout():
    faults = Faults(1, ["silence"], silence=20)
    with EutilsServer([], faults=faults) as server:
        client = client_for(server, timeout=0.1, retry=RetryPolicy(attempts=2, base=0.001))
        start = time.monotonic()
        with pytest.raises(UnavailableError, match="no answer in time"):
            client.search(QUERY)
        assert time.monotonic() - start < 5


def test_email_and_key_stay_out_of_logs_errors_and_reprs(caplog):
    caplog.set_level(logging.DEBUG)
    told = [repr(Settings(email=EMAIL, api_key=API_KEY))]
    for kind in FAULT_KINDS:
        faults = Faults(1, [kind], silence=0.2, retry_after=0)
        with EutilsServer(invented_many(2), faults=faults) as server:
            client = client_for(
                server,
                api_key=API_KEY,
                timeout=0.05,
                retry=RetryPolicy(attempts=2, base=0.001),
            )
            told.append(repr(client))
            with pytest.raises(DrmineError) as caught:
                client.fetch(["99000001"])
            error = caught.value
            while error is not None:
                told.append(f"{error!r} {error.args}")
                error = error.__cause__ or error.__context__
    told.extend(record.getMessage() for record in caplog.records)
    assert len(told) > 30
    for text in told:
        assert EMAIL not in text
        assert "example.org" not in text
        assert API_KEY not in text


def test_what_is_kept_of_a_bad_answer_has_no_secrets():
    client = EntrezClient(EMAIL, API_KEY, pace=Pace("x", 0))
    echo = f"email={EMAIL.replace('@', '%40')}&api_key={API_KEY} from {EMAIL}".encode()
    kept = client.without_secrets(echo).decode()
    assert "invented" not in kept
    assert API_KEY not in kept
