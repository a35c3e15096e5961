"""Contexts of the pages of incidents."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from console.incident_forms import AskRelease, RecordCall, WriteNote
from tests.console.kit_work import DAY, NOW, amount

LONG = "Dashen Bank S.C. Merchant Settlement and Payout Clearing Account for Domestic Transfers"


def _box(name: str, form: Any, title: str, verb: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "says": "",
        "href": f"/incidents/3/{name}/",
        "key": "k1",
        "form": form,
        "verb": verb,
    }


def incidents() -> dict[str, Any]:
    row = {
        "ref": "IN-3",
        "href": "/incidents/3/",
        "state": "open",
        "account": LONG,
        "code": "2010",
        "opened_at": NOW,
        "cases": [{"ref": "C-20391", "href": "/exceptions/20391/"}, {"ref": "C-20392", "href": ""}],
        "more": 2,
        "calls": 1,
        "bundles": 2,
        "released_at": None,
        "root_cause": "",
    }
    done = {
        **row,
        "ref": "IN-2",
        "state": "released",
        "released_at": NOW,
        "root_cause": "the bank booked it by mistake and says so",
        "more": 0,
    }
    return {
        "title": "1 security incident open",
        "sub": "Corrections are frozen on 2010.",
        "rows": [row, done],
        "playbooks_href": "/playbooks/",
    }


def incidents_none() -> dict[str, Any]:
    return {
        "title": "No security incident is open",
        "sub": "Each was released by two people.",
        "rows": [],
        "playbooks_href": "/playbooks/",
    }


def incident() -> dict[str, Any]:
    bundle = {
        "ref": "EB-4",
        "sealed_at": NOW,
        "as_of": NOW,
        "holds": "2 calls and 1 note",
        "rows": 18204,
        "size": "7.1 MB",
        "sha256": "ab" * 32,
        "file_sha256": "cd" * 32,
        "href": "/incidents/evidence/4/",
    }
    return {
        "playbook": {"title": "The bank settled what we never initiated", "href": "/playbooks/uninitiated-debit/"},
        "ref": "IN-3", "state": "open", "number": 3, "title": f"Money left {LONG} that nobody here initiated", "account": LONG, "partner": "Dashen Bank",
        "opened_at": NOW, "run": "MR-3391", "cases": [{"ref": "C-20391", "href": "/exceptions/20391/", "title": "Outgoing line with no payment of ours behind it", "day": DAY, "contribution": amount(-4500000), "state": "held"}],
        "freeze": {"ref": "FW-3", "since": NOW - timedelta(hours=4), "until": None, "accounts": "2010", "moves": ["a posting is reversed", "a checkpoint is lifted for a time"]},
        "evidence": {"state": "sealed", "waits": "", "bundles": [bundle], "may": True, "who": "That needs the role auditor."},
        "calls": [{"at": "20 Nov 2025 15:14", "on": NOW, "caller": "Selamawit Gebreyohannes", "spoke_with": "Almaz Tesfaye, fraud desk", "said": "They stop the payee.\nThey call back by noon.", "reference": "FD-77120"}],
        "notes": [{"at": "20 Nov 15:14", "on": NOW, "actor": "Dawit Woldegiorgis", "text": "The payee is none of ours."}],
        "release": {"needs": [{"ok": True, "text": "The evidence is sealed"}, {"ok": False, "text": "Two people say why"}], "box": _box("release", AskRelease(), "Ask to release IN-3", "Send for approval"), "who": ""},
        "boxes": [_box("call", RecordCall(), "Record a call to the partner", "Record call"), _box("note", WriteNote(), "Write a note", "Keep note")], "read_only": "",
    }  # fmt: skip


def incident_released() -> dict[str, Any]:
    done = {
        "at": NOW,
        "by": "Dawit Woldegiorgis",
        "cause": "the bank booked it by mistake and says so",
        "text": "FD-77120 in writing.",
        "sha256": "ab" * 32,
    }
    whole = incident()
    return {
        **whole,
        "state": "released",
        "freeze": {**whole["freeze"], "until": NOW},
        "release": {"done": done},
        "boxes": [],
        "calls": [],
        "notes": [],
        "evidence": {
            **whole["evidence"],
            "state": "failed",
            "waits": "It could not be sealed: BundleTooLarge",
            "bundles": [],
            "may": False,
        },
        "read_only": "That needs the role operator.",
    }
