"""A notification in words and as JSON, for whoever is told outside. Pure. Amounts are spoken for people and minor units as text
for machines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.money import spoken

WORDS = {
    "cause_1_clear": "Posted here, rejected or never settled by the bank. The runbook: reverse the transaction.",
    "soak_drift": "The count of clean days begins anew and the release is blocked.",
    "cause_4": "Money left the bank account without an order of ours. Stop: corrections of the account are held.",
    "sustained_drift": "The account has stood in drift over several runs.",
}


@dataclass(frozen=True, slots=True)
class Message:
    """`message_id` is the same in every try. `severity`: follow-up, notify or page."""

    message_id: str
    severity: str
    title: str
    text: str
    link: str
    body: bytes


def message_of(
    *, message_id: str, tenant: str, number: int, rule: str, version: int, severity: str, statement: Mapping[str, Any],
    raised_at: datetime, console_url: str,
) -> Message:  # fmt: skip
    """What a notification says; `number` names it, and its page in the console."""
    link = f"{console_url}/notifications/{number}/"
    data = dict(statement) | {
        "tenant": tenant, "notification": f"N-{number}", "rule": rule, "rule_version": version, "severity": severity,
        "link": link,
    }  # fmt: skip
    where = f"{statement['account_name']} ({statement['account']})"
    title = f"{severity.capitalize()}: {statement['title']}, {where}"
    return Message(
        message_id, severity, title, _text(statement, link), link, _body("notification.raised", raised_at, data)
    )


def message_of_test(*, message_id: str, tenant: str, receiver: str, asked_at: datetime, console_url: str) -> Message:
    """What "Send a test" sends: it names the receiver and nothing of the books."""
    link = f"{console_url}/settings/escalation/"
    data = {"tenant": tenant, "receiver": receiver, "link": link}
    text = f"A test of the receiver {receiver}. Nothing has happened.\n{link}"
    return Message(message_id, "follow-up", f"Test: {receiver}", text, link, _body("receiver.test", asked_at, data))


def _text(said: Mapping[str, Any], link: str) -> str:
    currency, days = said["currency"], said["days"]
    span = days[0] if len(days) == 1 else f"{said['day_count']} days, {days[0]} to {days[-1]}"
    lines = [
        WORDS[said["signal"]],
        f"Settlement {'day' if len(days) == 1 else 'days'}: {span}.",
        f"Drift {_signed(int(said['drift_minor']), currency)}, gross {spoken(int(said['gross_minor']), currency)}.",
        f"Since {said['since'][:16].replace('T', ' ')} UTC.",
    ]
    if said["clean_days_ended"]:
        lines.append(f"Clean days ended: {said['clean_days_ended']}.")
    if said["cases"]:
        more = said["case_count"] - len(said["cases"])
        lines.append(f"Cases: {', '.join(said['cases'])}{f' and {more} more' if more else ''}.")
    return "\n".join([*lines, link])


def _signed(minor: int, currency: str) -> str:
    sign = "−" if minor < 0 else "+" if minor else ""
    return f"{sign}{spoken(abs(minor), currency)}"


def _body(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    said = {"type": kind, "timestamp": at.isoformat(), "data": data}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
