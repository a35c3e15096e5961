"""Settings, Escalation, as its template takes it: rules in words, receivers by kind and host."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from console.display import money
from console.escalation_forms import SIGNAL_WORDS
from console.pages.links import link
from console.pages.notifications import TONES
from console.pages.words import plural
from ledger.assets import EXPONENTS
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.oversight.escalation.notification_pages import Told
from reconciliation.oversight.escalation.rules import Rule

LABELS = {
    "title": "Title", "signal": "Signal", "severity": "Severity", "receivers": "Tells", "hours": "After",
    "least": "Least gross drift", "enabled": "Switched",
}  # fmt: skip


def escalation_page(
    rules: Iterable[Rule], receivers: Sequence[tuple[Receiver, Told | None]], *, may: bool
) -> dict[str, Any]:
    """templates/settings/escalation.html"""
    standing = {r.name: last for r, last in receivers}
    return {
        "rules": [_rule(rule, standing, may) for rule in rules],
        "receivers": [_receiver(r, last, may) for r, last in receivers],
    }


def rule_initial(rule: Rule) -> dict[str, Any]:
    """How the form shows a rule that is to be changed."""
    least = ", ".join(f"{a} {money(int(m), EXPONENTS[a]).replace(',', '')}" for a, m in sorted(rule.least.items()))
    return {
        "rule": rule.key, "title": rule.title, "signal": rule.signal, "severity": rule.severity, "hours": rule.hours,
        "receivers": ", ".join(rule.receivers), "least": least, "enabled": rule.enabled,
    }  # fmt: skip


def escalation_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a request changes, for templates/approvals/parts/decision.html: every line, now and then."""
    was, then = payload["was"] or {}, payload["document"]
    return [
        {"label": label, "before": _words(name, was[name]) if was else "", "after": _words(name, then[name])}
        for name, label in LABELS.items()
    ]


def receiver_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who is told where, now and then. Of the address no more than tells it from another: what is sealed stays so."""
    was, then = payload["was"] or {}, payload["then"] or {}
    gone = "none: it is told nothing" if not then else ""
    told = [
        ("Receiver", payload["name"] if was else "none stands", payload["name"] if then else gone),
        ("Kind", was.get("kind", ""), then.get("kind", "")), ("Host", was.get("host", ""), then.get("host", "")),
        ("Reached at", "sealed" if was else "", then.get("masked", "")),
        ("Named by the rule", payload["named_by"] or "none in force", "the same"),
    ]  # fmt: skip
    return [{"label": label, "before": before, "after": after} for label, before, after in told]


def _words(name: str, value: Any) -> str:
    if name == "signal":
        return SIGNAL_WORDS[value]
    if name == "enabled":
        return "on" if value else "off"
    if name == "hours":
        return plural(value, "hour") if value else "one run"
    if name == "receivers":
        return ", ".join(value) or "nobody outside"
    if name == "least":
        return ", ".join(f"{money(int(m), EXPONENTS[a])} {a}" for a, m in sorted(value.items())) or "any"
    return str(value)


def _rule(rule: Rule, standing: Mapping[str, Told | None], may: bool) -> dict[str, Any]:
    said = rule.document
    return {
        "key": rule.key, "title": rule.title, "severity": rule.severity, "tone": TONES[rule.severity], "enabled": rule.enabled,
        "signal": SIGNAL_WORDS[rule.signal], "hours": _words("hours", rule.hours) if rule.hours else "",
        "least": _words("least", said["least"]) if rule.least else "",
        "receivers": [{"name": name, "trouble": _trouble(name, standing)} for name in rule.receivers],
        "version": f"version {rule.version}" if rule.version else "as shipped",
        "change_href": f"{link('settings-escalation', rule=rule.key)}#set-h" if may else "",
    }  # fmt: skip


def _trouble(name: str, standing: Mapping[str, Told | None]) -> str:
    """Why whoever the rule names would not hear of it; "" where nothing is known against it."""
    if name not in standing:
        return "is not set up"
    last = standing[name]
    return "was not reached the last time" if last and last.error and last.state != "sent" else ""


def _receiver(r: Receiver, last: Told | None, may: bool) -> dict[str, Any]:
    return {
        "id": r.id, "name": r.name, "kind": r.kind, "host": r.host, "added_at": r.added_at, "added_by": r.added_by,
        "last": {"state": last.state, "word": {"sent": "taken", "waiting": "waits", "dead": "will not be told"}[last.state],
                 "at": last.last_at or last.asked_at, "error": last.error} if last else None,
        "test_href": reverse("receiver-try") if may else "",
        "end_href": f"{link('settings-escalation', end=r.id)}#end-set-h" if may else "",
    }  # fmt: skip
