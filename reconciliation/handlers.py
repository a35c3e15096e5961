"""Which effect answers which kind of outbox item. Stands above every package, so that those below need only enqueue."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from ledger.actors import Actor
from ledger.anchors.anchor_chain import NotContained, anchor_chain
from ledger.anchors.installed import installed_shelf
from ledger.record_verification import record_verification
from ledger.tenancy import tenant
from reconciliation.backtest.make_dry_run import make_dry_run
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.bank.models import BankAccount
from reconciliation.bank.read_statement import read_statement
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.corrections.batches.correct_chunk import correct_chunk
from reconciliation.corrections.book_by_rule import book_by_rule
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.errors import NotFound
from reconciliation.outbox import BOOK_BY_RULE, HANDLERS, Handler
from reconciliation.oversight.escalation.deliver_notification import Means, deliver_notification
from reconciliation.oversight.escalation.escalate_run import escalate_run
from reconciliation.planes.confirm_settlement import confirm_settlement
from reconciliation.provider.polling.poll_endpoint import poll_endpoint
from reconciliation.recovery.runs.asking import EXPORT_LOG, RERUN_MATCHER, SEAL_SO_FAR
from reconciliation.recovery.runs.export_log import export_log
from reconciliation.recovery.runs.rerun_matcher import rerun_matcher
from reconciliation.recovery.runs.seal_so_far import seal_so_far
from reconciliation.recovery.seal_evidence import seal_evidence
from reconciliation.schedule import ANCHOR, ON_ITS_WAY, POLLED_BACK, enqueue_verification
from reconciliation.trial import trial


def reconcile(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"account": bank account id, "from", "until": days, half-open, "key": the run's unique key}."""
    account = BankAccount.objects.get(id=payload["account"])
    first, until = date.fromisoformat(payload["from"]), date.fromisoformat(payload["until"])
    reconcile_account(account, first, until, actor=actor, at=at, unique_key=payload["key"])


def read_file(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant", "import": import id}. In steps of its own, so that the screen sees them; reading twice reads once."""
    read_statement(payload["tenant"], payload["import"], actor=actor, at=at, trial=trial)


def verify_ledger(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant"}. In steps of its own: it reads for long, and must not hold up the seal meanwhile."""
    shelf = installed_shelf()
    if record_verification(payload["tenant"], actor=actor, at=at, shelf=shelf).ok:
        anchor_chain(payload["tenant"], shelf=shelf, actor=actor, at=at)


def anchor(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant"}. In scopes of its own: the file outside may lie far away. A chain that is not the anchored one is signed by
    nobody; what is wrong with it, the verification says that is asked for."""
    try:
        anchor_chain(payload["tenant"], shelf=installed_shelf(), actor=actor, at=at)
    except NotContained:
        with tenant(payload["tenant"]):
            enqueue_verification(at=at, because="not contained")


def poll_provider(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant", "endpoint": endpoint id, "hour": the hour of asking}. In steps of its own: the provider may take its time."""
    until = datetime.fromisoformat(payload["hour"]) - ON_ITS_WAY
    try:
        poll_endpoint(
            payload["tenant"], endpoint_id=payload["endpoint"], since=until - POLLED_BACK, until=until, actor=actor,
            at=at, private=settings.POLL_PRIVATE_HOSTS,
        )  # fmt: skip
    except NotFound:
        return  # no longer polled since this was asked for


def dry_run(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant", "dry_run": its number}. In steps of its own: it may run long, and people watch it."""
    make_dry_run(payload["tenant"], payload["dry_run"], at=at)


def backtest(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"version": version id, "since", "until": instants, "by": who asked, who could see the settings that it reads}"""
    version = CheckpointVersion.objects.get(id=payload["version"])
    since, until = (datetime.fromisoformat(payload[end]) for end in ("since", "until"))
    reader = replace(actor, name=payload["by"], roles=frozenset({"operator"}))
    run_backtest(document=version.document, number=version.number, since=since, until=until, actor=reader, at=at)


def book_what_the_rules_let(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"account": bank account id, "run": the run that asked, "after": the case after which to go on}"""
    book_by_rule(BankAccount.objects.get(id=payload["account"]), payload["run"], payload["after"], actor=actor, at=at)


def correct(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"request": request id}. In the transaction that marks the item done, as many members as the setting says."""
    correct_chunk(request_id=payload["request"], at_a_time=settings.BATCH_CHUNK, actor=actor, at=at)


def escalate(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"run": match run id}"""
    escalate_run(run_id=payload["run"], actor=actor, at=at)


def notify(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant", "delivery": its id}. In steps of its own: a receiver may take its time."""
    means = Means(settings.NOTIFY_PRIVATE_HOSTS, settings.CONSOLE_URL)
    deliver_notification(payload["tenant"], delivery_id=payload["delivery"], means=means, actor=actor, at=at)


def settle(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"payment": provider payment id}"""
    confirm_settlement(payment=payload["payment"], actor=actor, at=at)


def preserve(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant", "subject": IN-3, "key": of the asking}. In scopes of its own: it reads for long."""
    seal_evidence(payload["tenant"], payload["subject"], asked_key=payload["key"], actor=actor, at=at)


def export_for_recovery(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant", "run": its number, "by": who asked, "as_of": the instant of asking}. In scopes of its own: it reads for long."""
    as_of = datetime.fromisoformat(payload["as_of"])
    export_log(payload["tenant"], number=payload["run"], asked_by=payload["by"], as_of=as_of, actor=actor, at=at)


def rerun_for_recovery(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"run": its number, "by": who asked}. In the transaction that marks the item done."""
    rerun_matcher(number=payload["run"], asked_by=payload["by"], actor=actor, at=at)


def seal_recovery(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"tenant", "run": its number, "as_of": the instant of asking}. In scopes of its own."""
    as_of = datetime.fromisoformat(payload["as_of"])
    seal_so_far(payload["tenant"], number=payload["run"], as_of=as_of, actor=actor, at=at)


__all__ = ["HANDLERS"]

HANDLERS.update(
    {
        "reconcile": Handler(reconcile),
        BOOK_BY_RULE: Handler(book_what_the_rules_let),
        "confirm_settlement": Handler(settle),
        "read_statement": Handler(read_file, lease=timedelta(minutes=5)),
        "poll_provider": Handler(poll_provider, lease=timedelta(minutes=15)),
        "backtest": Handler(backtest),
        "correct_chunk": Handler(correct),
        "dry_run": Handler(dry_run, lease=timedelta(minutes=30)),
        "seal_evidence": Handler(preserve, lease=timedelta(minutes=15)),
        EXPORT_LOG: Handler(export_for_recovery, lease=timedelta(minutes=30)),
        RERUN_MATCHER: Handler(rerun_for_recovery),
        SEAL_SO_FAR: Handler(seal_recovery, lease=timedelta(minutes=30)),
        "escalate": Handler(escalate),
        "notify": Handler(notify, lease=timedelta(minutes=3)),
        ANCHOR: Handler(anchor, lease=timedelta(minutes=5)),
        "verify_ledger": Handler(verify_ledger, lease=timedelta(hours=1)),
    }
)
