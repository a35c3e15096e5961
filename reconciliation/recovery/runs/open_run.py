"""Open a recovery run over a scope, bound to the matcher's terms that were in force there. One run at a time stands
open over what two scopes share."""

from datetime import datetime

from django.db import DatabaseError, connection

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.refusals import constraint_of
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require
from reconciliation.planes.known_payment import is_known
from reconciliation.recovery.incident_named import require_key, require_words
from reconciliation.recovery.runs.chain import digest_of, document_of
from reconciliation.recovery.runs.errors import ScopeTaken
from reconciliation.recovery.runs.models import RecoveryRun
from reconciliation.recovery.runs.pins import pinned
from reconciliation.recovery.runs.read_period import values_of
from reconciliation.recovery.runs.scope import RunScope
from reconciliation.recovery.runs.standing import hold_runs

LONGEST_TITLE, LONGEST_LED_BY = 140, 300


def open_run(
    scope: RunScope, *, title: str, led_by: str, freeze_until: datetime, key: str, actor: Actor, at: datetime
) -> RecoveryRun:
    """The run, owned by who opens it; nothing is frozen before its first step. `key` is the sent form's: sent again
    it opens nothing. Needs a tenant scope. Raises NotPermitted, BadInput naming the field, ScopeTaken naming the
    other run, ForbiddenByPolicy, KeyReusedForAnotherPayload."""
    require(actor, Permission.RUN_RECOVERY)
    person = person_of(actor, "opens a recovery")
    require_key(key)
    title = require_words(title, "title", LONGEST_TITLE)
    led_by = require_words(led_by, "led_by", LONGEST_LED_BY)
    _, until = scope.instants
    hold_runs()
    if known := RecoveryRun.objects.filter(sent_key=key).first():
        if (known.title, known.led_by, known.first_on, known.until_on) != (
            title,
            led_by,
            scope.first_on,
            scope.until_on,
        ):
            raise KeyReusedForAnotherPayload("this form was sent before in other words; reload the page")
        return known
    if until > at:
        raise BadInput("a recovery is of days that have ended", "until_on")
    if freeze_until <= at:
        raise BadInput("the planned end of the freeze lies ahead", "freeze_until")
    values_of(scope, at)  # names accounts that exist
    if unknown := [name for name in scope.payments or () if not is_known(name)]:
        raise BadInput(f"no plane knows a payment {unknown[0]!r:.100}", "payments")
    decided = record_decision(
        Move(
            "recovery.open",
            scope.said() | {"first_on": str(scope.first_on), "until_on": str(scope.until_on)} | by(actor),
        ),
        at=at,
        subjects=[title],
    )
    try:
        made = _store(scope, title, led_by, freeze_until, key, person, decided.id, actor, at)
    except DatabaseError as error:
        if constraint_of(error) != "recovery_is_alone":
            raise
        raise ScopeTaken(str(error).splitlines()[0] + "; end it first, or narrow this one") from error
    audit.record(
        actor,
        at,
        "recovery.opened",
        str(made),
        why=led_by,
        policy_version=decided.decision.policy_version,
        title=title,
        terms_sha256=made.pinned["sha256"],
        sha256=bytes(made.sha256).hex(),
        scope=str(scope.said()),
    )
    return made


def _store(
    scope: RunScope,
    title: str,
    led_by: str,
    freeze_until: datetime,
    key: str,
    person: int,
    decision_id: int,
    actor: Actor,
    at: datetime,
) -> RecoveryRun:
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('recovery', 1)")
        (number,) = cursor.fetchone()
    owner = actor.name or actor.id
    said = scope.said()
    document = document_of(
        {
            "run": f"RR-{number}",
            "title": title,
            "led_by": led_by,
            "owner": owner,
            "opened_at": at,
            "opened_by": owner,
            "freeze_until": freeze_until,
            "pinned": pinned(*scope.instants, at),
            **said,
        }
    )
    return RecoveryRun.objects.create(
        number=number,
        title=title,
        led_by=led_by,
        owner_person_id=person,
        owner=owner,
        freeze_until=freeze_until,
        opened_at=at,
        opened_by=owner,
        sent_key=key,
        document=document,
        sha256=digest_of(document),
        decision_id=decision_id,
        **said,
    )
