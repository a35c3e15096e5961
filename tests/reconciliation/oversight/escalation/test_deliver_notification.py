"""Receivers are told for real: a webhook that checks the signature, Slack's and PagerDuty's shapes, a mail server. What fails is
tried again under the same id, and ends as a dead letter; no secret shows anywhere."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import apprise.plugins.pagerduty as pagerduty
import pytest
from apprise.plugins.slack import NotifySlack
from django.conf import settings
from pytest_django import Settings

from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.outbox_models import OutboxItem
from reconciliation.oversight.escalation.deliver_notification import Means, deliver_notification
from reconciliation.oversight.escalation.try_receiver import try_receiver
from reconciliation.provider.signatures.standard import sign_standard, verify_standard
from tests.people import SET_UP
from tests.reconciliation.books import NOW
from tests.reconciliation.oversight.escalation.receivers import Post, Web, mail_server, web_server
from tests.reconciliation.oversight.escalation.tries import Tried, tries
from tests.reconciliation.oversight.escalation.watch import WEBHOOK_KEY, Watch
from tests.reconciliation.planes.shop import JOB

NEVER_SENT = "L1 clr 11 -250 @X991"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def private(settings: Settings) -> None:
    settings.NOTIFY_PRIVATE_HOSTS = True


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as served:
        yield served


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as served:
        yield served


def page_security(watch: Watch) -> None:
    watch.play(NEVER_SENT)
    watch.check_day("clr", "11")
    watch.work(NOW, "escalate")


def test_the_signature_is_the_specifications_own_example() -> None:
    made = sign_standard("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}', WEBHOOK_KEY)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_gets_a_signed_body_without_secrets(watch: Watch, web: Web) -> None:
    watch.receiver("security", f"{web.base}/hook", WEBHOOK_KEY)
    page_security(watch)
    assert watch.work(NOW, "notify") == 1
    (sent,) = web.posted
    verdict = verify_standard(list(sent.headers.items()), sent.body, [WEBHOOK_KEY], NOW)
    assert verdict.reason is None
    body = json.loads(sent.body)
    assert (body["type"], body["timestamp"]) == ("notification.raised", NOW.isoformat())
    case = watch.case("clr", "11")
    assert body["data"] == {
        "tenant": "acme", "notification": "N-1", "rule": "cause-4", "rule_version": 0, "severity": "page",
        "title": "The bank settled what we never initiated", "signal": "cause_4", "account": "clr", "account_name": "clr",
        "currency": "ETB", "days": ["2026-03-11"], "day_count": 1, "cases": [str(case)], "case_count": 1,
        "drift_minor": str(int(case.contribution_minor)), "gross_minor": "250", "since": NOW.isoformat(), "runs": 1,
        "clean_days_ended": 0, "link": f"{settings.CONSOLE_URL}/notifications/1/",
    }  # fmt: skip


def test_a_failure_is_tried_again_under_the_same_id_until_it_is_taken(watch: Watch, web: Web) -> None:
    watch.receiver("security", f"{web.base}/hook", WEBHOOK_KEY)
    page_security(watch)
    web.answers = [500, 302]
    assert watch.work(NOW, "notify") == 0
    assert watch.work(NOW + timedelta(seconds=1), "notify") == 0, "it rests before it is tried again"
    assert watch.work(NOW + timedelta(minutes=4), "notify") == 0
    assert watch.work(NOW + timedelta(minutes=9), "notify") == 1
    assert watch.work(NOW + timedelta(hours=9), "notify") == 0
    assert len(web.at("/hook")) == 3
    assert web.at("/elsewhere") == [], "nothing is redirected"
    assert len({p.headers["webhook-id"] for p in web.posted}) == 1
    assert tries(watch) == [
        Tried(1, False, "127.0.0.1 answered 500"), Tried(2, False, "127.0.0.1 answered 302"), Tried(3, True, "")
    ]  # fmt: skip
    with tenant(watch.tenant_id):
        acts = AuditEntry.objects.filter(subject="N-1").order_by("id").values_list("action", flat=True)
        assert list(acts) == ["notification.raised", *["notification.not_sent"] * 2, "notification.sent"]


def test_what_is_never_taken_is_a_dead_letter_after_eleven_tries(watch: Watch, web: Web) -> None:
    watch.receiver("security", f"{web.base}/hook", WEBHOOK_KEY)
    page_security(watch)
    web.answers = [503] * 20
    for n in range(15):
        watch.work(NOW + timedelta(hours=2 * n), "notify")
    (item,) = watch.outbox()
    assert item.state == OutboxItem.State.DEAD
    assert len(web.posted) == len(tries(watch)) == 11
    assert "answered 503" in item.last_error


def test_sent_and_not_recorded_is_sent_again_with_the_same_id_and_recorded_is_not(watch: Watch, web: Web) -> None:
    """A worker died between the answer and the record: whoever is told twice can tell."""
    watch.receiver("security", f"{web.base}/hook", WEBHOOK_KEY)
    page_security(watch)
    (delivery,) = watch.deliveries()
    for _ in range(2):
        deliver_notification(
            watch.tenant_id, delivery_id=delivery.id, means=Means(True, "http://c.test"), actor=JOB, at=NOW
        )
    assert [p.headers["webhook-id"] for p in web.posted] == [str(delivery.message_id)]


def test_slack_gets_its_shape(watch: Watch, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{web.base}/services")
    watch.receiver("security", "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    page_security(watch)
    web.answers = [500]
    assert watch.work(NOW, "notify") == 0
    assert watch.work(NOW + timedelta(minutes=4), "notify") == 1
    _, second = web.at("/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    said = json.loads(second.body)
    assert "Page: The bank settled what we never initiated" in json.dumps(said)
    assert str(watch.case("clr", "11")) in json.dumps(said)
    assert [t.error for t in tries(watch)] == ["slack.com answered 500", ""]


def test_pagerduty_gets_one_key_for_every_try(watch: Watch, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pagerduty.PAGERDUTY_API_LOOKUP, "us", f"{web.base}/v2/enqueue")
    watch.receiver("security", "pagerduty://R0UTINGKEY@APIKEY")
    page_security(watch)
    web.answers = [429]
    watch.work(NOW, "notify")
    assert watch.work(NOW + timedelta(minutes=4), "notify") == 1
    bodies = [json.loads(p.body) for p in web.at("/v2/enqueue")]
    (delivery,) = watch.deliveries()
    assert {b["dedup_key"] for b in bodies} == {str(delivery.message_id)}
    assert bodies[1]["payload"]["severity"] == "critical"
    assert bodies[1]["event_action"] == "trigger"


def test_mail_is_sent_and_a_refused_one_sent_again(watch: Watch, post: Post) -> None:
    watch.receiver("security", f"mailto://127.0.0.1:{post.port}/?from=plumbline@example.test&to=soc@example.test")
    page_security(watch)
    post.refusals = ["451 not now"]
    assert watch.work(NOW, "notify") == 0
    assert watch.work(NOW + timedelta(minutes=4), "notify") == 1
    ((_, to, mail),) = post.taken
    (delivery,) = watch.deliveries()
    assert to == ["soc@example.test"]
    assert mail["Subject"] == "Page: The bank settled what we never initiated, clr (clr)"
    assert mail["References"] == f"<{delivery.message_id}@plumbline>"
    assert "2.50 ETB" in mail.as_string()


def test_a_test_names_the_receiver_is_tried_once_and_stands_on_the_trail(watch: Watch, web: Web) -> None:
    receiver = watch.receiver("ops", f"{web.base}/hook", WEBHOOK_KEY).receiver
    for status in (500, 200):
        web.answers = [status]
        with tenant(watch.tenant_id):
            try_receiver(receiver_id=receiver.id, actor=SET_UP, at=NOW)
        assert watch.work(NOW, "notify") == 1, "a test that fails is on record, not tried again"
    assert [json.loads(p.body)["type"] for p in web.posted] == ["receiver.test"] * 2
    with tenant(watch.tenant_id):
        acts = list(AuditEntry.objects.filter(subject="ops").order_by("id").values_list("action", flat=True))
    assert acts == ["receiver.added", "test.asked", "test.not_sent", "test.asked", "test.sent"]


def test_hosts_inside_a_network_are_reached_by_leave_alone(
    watch: Watch, web: Web, post: Post, settings: Settings
) -> None:
    watch.receiver("security", f"{web.base}/hook", WEBHOOK_KEY)
    watch.receiver("on-call", f"mailto://127.0.0.1:{post.port}/?from=a@example.test&to=b@example.test")
    watch.play("T9 11 ewa 70 @D9")
    page_security(watch)
    settings.NOTIFY_PRIVATE_HOSTS = False
    assert watch.work(NOW, "notify") == 0
    assert (web.posted, post.taken) == ([], [])
    told = " ".join(t.error for t in tries(watch))
    assert "https" in told
    assert "inside a network" in told


def test_no_secret_shows_in_logs_audit_rows_tries_or_the_outbox(
    watch: Watch, web: Web, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{web.base}/services")
    secrets = ("T0PSECRET1", "A0PSECRET2", "S0mes3cretT0ken", WEBHOOK_KEY, "h1ddenpath")
    watch.receiver("security", "slack://T0PSECRET1/A0PSECRET2/S0mes3cretT0ken")
    watch.receiver("finance", f"{web.base}/h1ddenpath", WEBHOOK_KEY)
    for name, level in settings.LOGGING["loggers"].items():
        if name in ("apprise", "urllib3"):
            monkeypatch.setattr(logging.getLogger(name), "level", getattr(logging, level["level"]))
    caplog.set_level(logging.DEBUG)
    web.answers = [500, 500]
    page_security(watch)
    watch.work(NOW, "notify")
    watch.work(NOW + timedelta(minutes=4), "notify")
    with tenant(watch.tenant_id):
        rows = [repr(row) for row in AuditEntry.objects.values()] + [repr(row) for row in OutboxItem.objects.values()]
    seen = "\n".join([*rows, repr(tries(watch)), *(repr(vars(r)) for r in caplog.records)])
    assert "slack.com answered 500" in seen
    assert [s for s in secrets if s in seen] == []


def test_a_timestamp_is_of_the_try_and_not_of_the_notification(watch: Watch, web: Web) -> None:
    watch.receiver("security", f"{web.base}/hook", WEBHOOK_KEY)
    page_security(watch)
    later = NOW + timedelta(hours=3)
    watch.work(later, "notify")
    assert datetime.fromtimestamp(int(web.posted[0].headers["webhook-timestamp"]), UTC) == later
