"""The versions of posting rules: appended, never edited; the newest of a use case is in force from the instant of its approval.
The database holds every posting against it (sql/rules.sql)."""

from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.postings.asked_rule import AskedRule
from reconciliation.postings.models import PostingRule


def rule_in_force(use_case: str) -> PostingRule | None:
    """The newest version of a use case, None where it has no rule. One query."""
    return PostingRule.objects.filter(use_case=use_case).order_by("-number").first()


def rules_by_use_case() -> list[PostingRule]:
    """Every version, by use case, the newest first. One query."""
    return list(PostingRule.objects.order_by("use_case", "-number"))


def hold_rules() -> None:
    """Let nobody else of the tenant set a version until commit: two at once would both be the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7019, tenant())")


def append_rule(
    rule: AskedRule, *, note: str, decision_id: int, policy_version: str, actor: Actor, at: datetime
) -> PostingRule:
    """Store the next version with its audit row; it holds for postings from now on."""
    last = rule_in_force(rule.use_case)
    made = PostingRule.objects.create(
        use_case=rule.use_case, number=last.number + 1 if last else 1, directions=rule.stored, note=note, active_from=at,
        set_by=actor.name or actor.id, decision_id=decision_id,
    )  # fmt: skip
    audit.record(
        actor, at, "posting_rule.set", str(made), why=note, policy_version=policy_version,
        directions={a.code: direction for a, direction in rule.directions},
    )  # fmt: skip
    return made
