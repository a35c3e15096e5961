"""The page of calendars: every version, the drafts of others, and where one is started."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import DAYS
from console.pages.links import Link
from console.pages.matchers import draft_row, origin_words
from ledger.actors import Actor
from reconciliation.backtest.draft_pages import Origin
from reconciliation.backtest.models import SettingDraft
from reconciliation.bank.models import BankCalendar
from reconciliation.permissions import Permission, allowed


def calendars_page(
    versions: Sequence[BankCalendar], origins: Mapping[int, Origin], drafts: Sequence[SettingDraft], actor: Actor, at: datetime,
    to: Link,
) -> dict[str, Any]:  # fmt: skip
    """templates/settings/calendars.html; a version is in force from its date until the next one of its account."""
    in_force: set[int] = set()
    rows = []
    for v in versions:
        current = v.effective_from <= at.date() and v.bank_account_id not in in_force
        in_force |= {v.bank_account_id} if current else set()
        origin = origins.get(v.decision_id)
        rows.append(
            {"bank": v.bank_account.name, "code": v.bank_account.code, "effective_from": v.effective_from, "zone": v.zone,
             "cutover": v.cutover,
             "closed": ", ".join(DAYS[n - 1] for n in v.closed_weekdays) or "none", "holidays": len(v.holidays),
             "grace_days": v.grace_days, "due_hours": v.due_hours, "by": origin_words(origin), "current": current,
             "request": f"CR-{origin.number}" if origin else "", "request_href": to("approval", origin.number) if origin else "",
             "ahead": v.effective_from > at.date()}
        )  # fmt: skip
    newest: set[object] = set()
    for row in rows:
        row["newest"] = row["code"] not in newest
        newest.add(row["code"])
    start = reverse("draft-start") if allowed(actor, Permission.SET_UP) else ""
    return {"calendars": rows, "drafts": [draft_row(d, to) for d in drafts], "start_href": start}
