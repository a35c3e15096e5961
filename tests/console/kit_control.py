"""Contexts of audit, settings, sign-in and error pages."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from tests.console.kit_work import NOW

PLACES = [
    {"label": label, "href": "/settings/", "current": label == "People"}
    for label in ("Organisation", "Accounts", "Bank accounts", "Calendars", "People")
]


class Example(forms.Form):
    name = forms.CharField(help_text="As it stands in the contract.")
    role = forms.ChoiceField(choices=[("analyst", "analyst"), ("controller", "controller")])
    since = forms.DateField(required=False)


class Login(forms.Form):
    login = forms.EmailField(label="Email")
    password = forms.CharField(widget=forms.PasswordInput)


def audit() -> dict[str, Any]:
    def row(seq, action, thing, text, sealed=True):
        return {
            "seq": seq,
            "at": NOW,
            "actor": "Selamawit Gebreyohannes",
            "role": "policy_admin",
            "action": action,
            "object": thing,
            "object_href": "/exceptions/one/",
            "text": text,
            "whole": text,
            "decision": "Ledger corrections v6",
            "sealed": sealed,
        }

    return {
        "title": "1,204,418 rows verified, chain unbroken", "sub": "Every act, with who did it, as which role and under which policy.",
        "chain": {"state": "ok", "word": "", "verified_at": NOW, "rows": 1204418, "written": 1204421, "blocks": 812, "verified_rows": 1204000, "verified_blocks": 810, "since": 418, "head": "9f3a" + "0" * 56 + "c4e1", "anchor": {"at": NOW, "says": "written to var/anchors"}, "lag": timedelta(seconds=12), "unsealed": 3, "sealed_at": NOW, "running": "", "href": "/audit/chain/"},
        "blocks": [{"number": 812, "rows": 18, "last": 1204421, "sealed_at": NOW, "sha256": "9f3a" + "0" * 56 + "c4e1", "verified": False}],
        "verify": {"href": "/audit/verify/", "key": "a1", "why_not": ""}, "export_href": "/audit/export/",
        "filters": {"href": "/audit/", "actions": [{"value": "x", "label": "transaction.reversed"}], "actors": [{"value": "1", "label": "Selamawit Gebreyohannes"}]},
        "rows": [row(1204418, "correction.requested", "CR-1186", "Asked to confirm LT-88213406", False), row(1204417, "case.assigned", "C-20418", "Assigned to Selamawit Gebreyohannes by rotation")],
        "page": {"first": 1, "last": 2, "total": None, "previous_href": "", "next_href": "?before=1204417", "size": 50},
    }  # fmt: skip


def audit_broken() -> dict[str, Any]:
    whole = audit()
    return {**whole, "title": "The chain is broken at row 88,213", "chain": {**whole["chain"], "state": "broken", "first_bad": "no. 88,213, transaction.posted", "anchor": None, "lag": None, "unsealed": 0, "running": "A verification waits for a worker"}, "rows": [], "page": {"total": 0}, "verify": {**whole["verify"], "why_not": "A verification is running."}}  # fmt: skip


def _box(title: str, verb: str, data: dict[str, str] | None = None) -> dict[str, Any]:
    return {"title": title, "says": "", "href": "/settings/", "key": "s1", "form": Example(data), "verb": verb}


def tenant() -> dict[str, Any]:
    return {"title": "Organisation", "sub": "What the console knows about you.", "places": PLACES, "facts": [("Name", "Meskel Pay S.C."), ("Books in", "EAT")], "steps": [{"done": True, "text": "Ledger accounts", "says": "12 are set up."}, {"current": True, "text": "Bank accounts", "says": "None yet.", "href": "/settings/", "label": "Set one up"}, {"text": "Calendars", "says": "Each bank account needs one."}], "box": None}  # fmt: skip


def ledger_accounts() -> dict[str, Any]:
    return {"title": "Ledger accounts", "sub": "12 accounts in 3 assets.", "places": PLACES, "accounts": [{"code": "1042", "name": "Dashen payout clearing", "kind": "LIABILITY", "normal_side": "CREDIT", "asset": "ETB", "bank": "Dashen ··4425"}], "box": _box("Add an account", "Add account", {"name": "", "role": "nobody"})}  # fmt: skip


def banks() -> dict[str, Any]:
    return {"title": "Bank accounts", "sub": "6 accounts at 3 partners.", "places": PLACES, "banks": [{"name": "Dashen payout clearing", "partner": "Dashen", "number": "··4425", "currency": "ETB", "account": "1042 Dashen payout clearing", "opened_on": date(2026, 1, 1), "calendar": "06:00 Africa/Addis_Ababa, 2 days of grace"}], "box": _box("Add a bank account", "Add bank account")}  # fmt: skip


def calendars() -> dict[str, Any]:
    return {"title": "Calendars", "sub": "A change is asked for and approved.", "places": PLACES, "calendars": [{"bank": "Dashen payout clearing", "effective_from": date(2026, 1, 1), "zone": "UTC", "cutover": time(6), "closed": "Sun", "holidays": 14, "grace_days": 2, "due_hours": 8, "decision": "CR-12", "current": True}], "box": _box("Change a calendar", "Ask for this calendar")}  # fmt: skip


def people() -> dict[str, Any]:
    return {"title": "People", "sub": "9 people, 2 controllers.", "places": PLACES, "why_not": "Changing it needs the role policy admin; you act as analyst.", "people": [{"name": "Selamawit Gebreyohannes", "email": "selamawit@meskelpay.example", "you": True, "codes": True, "roles": [{"label": "analyst", "since": date(2026, 1, 5)}]}, {"name": "Dawit Woldegiorgis", "email": "dawit@meskelpay.example", "codes": False, "roles": [{"label": "controller", "since": date(2026, 1, 5)}]}], "rights": [{"role": "policy_admin", "may": "change settings, read everything"}], "box": None}  # fmt: skip


def login() -> dict[str, Any]:
    return {"form": Login({"login": "nobody", "password": ""})}


def totp() -> dict[str, Any]:
    form = Login()
    form.secret = "JBSWY3DPEHPK3PXP"  # type: ignore[attr-defined]
    return {"form": form, "totp_svg": "<?xml version='1.0'?><svg viewBox='0 0 9 9'><path d='M1,1H3V3H1z'/></svg>"}


def mfa_index() -> dict[str, Any]:
    codes = SimpleNamespace(get_unused_codes=["a", "b"])
    return {"authenticators": {"totp": True, "recovery_codes": codes}, "is_mfa_enabled": True}


def refusal() -> dict[str, Any]:
    return {"refusal": {"rule": "Already reversed.", "fact": "LT-88193020 was reversed by CR-1182 at 15:20.", "next": "The maker can ask again.", "href": "/approvals/", "label": "See CR-1182"}, "reference": "req_8c1f20"}  # fmt: skip
