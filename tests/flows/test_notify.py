"""Failed and incomplete runs are told to a notification block, and runs leave artifacts."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from bulk_of_flows import bulk_run

from drmine.flowtools.steps import Steps


@pytest.fixture
def mailbox():
    """A web hook on loopback; what arrives is kept."""
    arrived: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook", arrived
    server.shutdown()
    server.server_close()


@pytest.fixture
def block(prefect_api, mailbox):
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    address, arrived = mailbox
    CustomWebhookNotificationBlock(
        name="team", url=address, json_data={"subject": "{{subject}}", "body": "{{body}}"}
    ).save("team", overwrite=True)
    return arrived


def test_an_incomplete_run_is_told_with_what_to_do(block, tmp_path, monkeypatch):
    monkeypatch.setenv("DRMINE_NOTIFY_BLOCK", "custom-webhook/team")
    state = bulk_run(tmp_path, bad=True)
    assert state.name == "Incomplete"
    (told,) = block
    assert "incomplete" in told["subject"]
    assert "bad.xml" in told["body"] and "run the same command again" in told["body"]


def test_a_complete_run_is_not_told(block, tmp_path, monkeypatch):
    monkeypatch.setenv("DRMINE_NOTIFY_BLOCK", "custom-webhook/team")
    assert bulk_run(tmp_path, bad=False).is_completed()
    assert not block


@pytest.mark.parametrize("slug", ["custom-webhook/nobody", "no-such-type/team", "nonsense"])
def test_a_missing_block_is_a_warning_and_no_more(prefect_api, tmp_path, monkeypatch, caplog, slug):
    monkeypatch.setenv("DRMINE_NOTIFY_BLOCK", slug)
    assert bulk_run(tmp_path, bad=True).name == "Incomplete"
    warnings = [r.getMessage() for r in caplog.records if slug in r.getMessage()]
    assert len(warnings) == 1, caplog.text
    assert "no such block" in warnings[0]


def test_a_hook_that_does_not_answer_is_a_warning_without_its_address(
    block, mailbox, tmp_path, monkeypatch, caplog
):
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    CustomWebhookNotificationBlock(
        name="gone", url="http://127.0.0.1:9/secret-token", json_data={"b": "{{body}}"}
    ).save("gone", overwrite=True)
    monkeypatch.setenv("DRMINE_NOTIFY_BLOCK", "custom-webhook/gone")
    assert bulk_run(tmp_path, bad=True).name == "Incomplete"
    assert "custom-webhook/gone failed" in caplog.text
    assert "secret-token" not in caplog.text


def test_what_a_chat_or_mail_service_refuses_is_a_warning(block, tmp_path, monkeypatch, caplog):
    """The blocks of Slack, Teams and e-mail pass over it unless they are asked to raise."""
    from prefect.blocks.notifications import SlackWebhook

    SlackWebhook(url="json://127.0.0.1:9/secret-token").save("refused", overwrite=True)
    monkeypatch.setenv("DRMINE_NOTIFY_BLOCK", "slack-webhook/refused")
    assert bulk_run(tmp_path, bad=True).name == "Incomplete"
    told = [r.getMessage() for r in caplog.records if r.name == "prefect.drmine"]
    assert any("slack-webhook/refused failed (NotificationError)" in one for one in told), told
    assert not any("secret-token" in one for one in told)


def test_a_private_address_that_a_block_refuses_is_not_a_missing_block(
    block, mailbox, tmp_path, monkeypatch, caplog
):
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    CustomWebhookNotificationBlock(
        name="near", url=mailbox[0], json_data={"b": "{{body}}"}, allow_private_urls=False
    ).save("near", overwrite=True)
    monkeypatch.setenv("DRMINE_NOTIFY_BLOCK", "custom-webhook/near")
    assert bulk_run(tmp_path, bad=True).name == "Incomplete"
    assert "custom-webhook/near failed" in caplog.text
    assert "no such block" not in caplog.text


def test_steps_of_one_name_add_up_and_the_slowest_come_first():
    steps = Steps()
    for name, seconds in (("fetch", 1.0), ("label", 5.0), ("fetch", 2.0)):
        steps.add(name, seconds)
    assert steps.slowest() == [
        {"step": "label", "times": 1, "seconds": 5.0},
        {"step": "fetch", "times": 2, "seconds": 3.0},
    ]
