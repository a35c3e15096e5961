"""Drafts as people make them, tried as a worker tries them, and what a dry run must not leave behind."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import Decided, decide_request
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.backtest.make_dry_run import make_dry_run
from reconciliation.backtest.models import DryRun, SettingDraft
from reconciliation.backtest.request_dry_run import request_dry_run
from reconciliation.backtest.send_draft import send_draft
from reconciliation.backtest.start_draft import start_draft
from tests.reconciliation.books import NOW

BANK = {"value_date_days": 2, "tolerance": {}, "reference_form": "letters_and_digits", "narrative_pattern": ""}
SHOP = {"hours": {"pay": 24, "confirm": 6, "parts": 24, "gap": 2}, "tolerance": {}, "underpaid_up_to": {}}
# What a dry run itself may write, what every connection sees alike, and sequences, which nothing takes back.
ITS_OWN = {"dry_run", "audit_entry", "outbox_item", "ledger_counter"}


class Bench:
    """A tenant's drafts. Every act runs in a tenant scope of its own, as a request would."""

    def __init__(self, tenant_id: int, at: datetime = NOW) -> None:
        self.tenant_id, self.at, self.keys = tenant_id, at, 0

    def key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    def draft(self, by: Actor, subject: str = "ledger-bank", about: str = "matcher", **changed: Any) -> SettingDraft:
        given = (BANK if subject == "ledger-bank" else SHOP) | changed if about == "matcher" else changed
        with tenant(self.tenant_id):
            return start_draft(about=about, subject=subject, name="Wider", document=given, actor=by, at=self.at)

    def dry_run(
        self, draft: SettingDraft, by: Actor, first: date = date(2026, 3, 1), until: date = date(2026, 3, 20)
    ) -> DryRun:
        with tenant(self.tenant_id):
            made = request_dry_run(
                number=draft.number, from_on=first, until_on=until, key=self.key(), actor=by, at=self.at
            )
        make_dry_run(self.tenant_id, made.number, at=self.at + timedelta(minutes=1))
        with tenant(self.tenant_id):
            return DryRun.objects.get(id=made.id)

    def send(self, draft: SettingDraft, dry: DryRun, by: Actor, **changed: Any) -> Made:
        given: dict[str, Any] = {"note": "FIN-7", "idempotency_key": self.key(), "at": self.at} | changed
        with tenant(self.tenant_id):
            return send_draft(number=draft.number, dry_run=dry.number, actor=by, **given)

    def decide(self, made: Made, by: Actor, verdict: Any = "approve", at: datetime | None = None) -> Decided:
        at = at or self.at
        with tenant(self.tenant_id):
            return decide_request(
                request_id=made.id, verdict=verdict, reason="no", actor=by, at=at,
                step_up=StepUp(at, made.id, made.payload_sha256),
            )  # fmt: skip

    def state(self) -> dict[str, tuple[int, str]]:
        """Of every tenant table but a dry run's own: how many rows, and a digest of them all."""
        with tenant(self.tenant_id), connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
            )
            found = {}
            for (name,) in cursor.fetchall():
                if (
                    name not in ITS_OWN
                    and cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [name]).fetchone()[0]
                ):
                    cursor.execute(
                        f"SELECT count(*), coalesce(md5(string_agg(x::text, ',' ORDER BY x::text)), '') FROM {name} x"
                    )
                    found[name] = cursor.fetchone()
            return found
