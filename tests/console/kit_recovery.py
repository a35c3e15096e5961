"""Contexts of the pages of recovery runs."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from console.recovery_forms import CloseRun, OpenRun, PlanRun, StopRun
from reconciliation.recovery.runs.planned import Planned
from tests.console.kit_work import NOW, amount

LONG = "Postings made from portal exports, and orders that support fulfilled by hand before the provider had confirmed them, 27 Oct to 12 Nov"


def _box(name: str, form: Any, title: str, verb: str, *, folded: bool = False) -> dict[str, Any]:
    return {
        "folded": folded,
        "id": name,
        "title": title,
        "says": "",
        "href": f"/recovery/12/{name}/",
        "key": "k1",
        "form": form,
        "verb": verb,
    }


def runs() -> dict[str, Any]:
    row = {
        "ref": "RR-12", "href": "/recovery/one/", "state": "open", "title": LONG, "scope": "27 Oct to 12 Nov 2026, commerce ↔ provider, all accounts, all payments",
        "step": "4. Classify the gaps", "gaps": 412, "owner": "Yonas Berhane", "opened_at": NOW, "ended_at": None, "freeze_until": NOW - timedelta(days=1),
    }  # fmt: skip
    done = {**row, "ref": "RR-11", "state": "stopped", "step": "", "ended_at": NOW, "freeze_until": None}
    return {
        "title": "1 recovery run open",
        "sub": "In six steps.",
        "rows": [row, done],
        "box": _box("open", OpenRun(), "Open a recovery run", "Open the run"),
        "read_only": "",
    }


def runs_none() -> dict[str, Any]:
    return {
        "title": "No recovery run is open",
        "sub": "In six steps.",
        "rows": [],
        "box": None,
        "read_only": "That needs the role controller or operator.",
    }


def _step(n: int, title: str, state: str, words: str) -> dict[str, Any]:
    progress = {"of": 412, "done": 371} if state == "cur" and n == 4 else None
    return {
        "n": n,
        "title": title,
        "state": state,
        "words": words,
        "href": f"?step={n}" if state == "done" else "",
        "looked": False,
        "progress": progress,
    }


def _classed(href: str = "?gap=399#gap") -> dict[str, Any]:
    row = {"ref": "G-399", "href": href, "payment": "pay_6XnB4tL1wq", "payment_href": "/payments/one/", "reason": LONG, "words": "policy hold",
           "suggested": "rail or asset mismatch", "by": "Selamawit Gebreyohannes", "at": NOW, "times": 2}  # fmt: skip
    plain = {**row, "ref": "G-400", "href": "", "payment": "", "payment_href": "", "suggested": "", "times": 1}
    return {"total": 371, "rows": [row, plain], "first_href": "?after=0#classed", "next_href": "?after=400#classed"}


def run() -> dict[str, Any]:
    gap = {
        "ref": "G-402", "number": 402, "reason": "Two deliveries of one event id, bodies differ in amount", "value": amount(-31000), "order": "MSK-103-4471", "order_href": "/orders/1/",
        "signs": [{"ok": True, "text": "an event id came with other contents"}, {"ok": False, "text": "the amounts differ"}], "payment": "pay_6XnB4tL1wq", "payment_href": "/payments/one/",
        "events": 3, "since": NOW, "suggested": "duplicate observation", "given": [{"words": "policy hold", "by": "Selamawit Gebreyohannes", "at": NOW}], "href": "/recovery/12/gaps/402/class/",
        "key": "k1", "may": True, "anew": True, "choices": [{"name": f"c{n}", "words": f"class {n}", "key": str(n % 10), "chosen": n == 3, "failure": "What went wrong."} for n in range(1, 11)],
    }  # fmt: skip
    row = {
        "ref": "G-402",
        "href": "?gap=402",
        "payment": "pay_6XnB4tL1wq",
        "payment_href": "/payments/one/",
        "reason": gap["reason"],
        "suggested": "duplicate observation",
        "signs": "1 of 2",
        "ordered": amount(31000),
        "cursor": True,
    }
    return {
        "ref": "RR-12", "number": 12, "title": LONG, "state": "open", "step": "Step 4 of 6", "opened_at": NOW, "opened_by": "Bereket Alemayehu", "led_by": "signal posted before confirmed", "owner": "Yonas Berhane",
        "scope": "27 Oct to 12 Nov 2026, commerce ↔ provider, all accounts, all payments", "ended": None, "look": 0, "here": "/recovery/one/", "earlier_href": "?step=3", "later_href": "",
        "steps": [_step(1, "Freeze", "done", "3 informal tools closed."), _step(2, "Export the event log", "done", "48,212 provider events."), _step(3, "Re-run commerce ↔ provider", "done", "412 gaps."),
                  _step(4, "Classify the gaps", "cur", "371 of 412 classified"), _step(5, "Correct with approval", "lock", "Opens when every gap has a class"), _step(6, "Tighten the checkpoints", "lock", "Opens later")],
        "gate": {"to": "step 5", "open": False, "rows": [{"ok": True, "text": "The freeze is in force"}, {"ok": False, "text": "41 gaps have no class yet"}]},
        "work": {"kind": "classify", "title": "4. Classify the gaps", "waits": False, "classes": [{"words": "duplicate observation", "gaps": 21, "classed": 5, "left": 16, "owner": "Engineering", "values": [amount(310000), amount(-5)]}],
                 "total": {"gaps": 412, "classed": 371, "left": 41}, "oldest": NOW - timedelta(days=24), "rows": [row, {**row, "ref": "G-403", "cursor": False, "ordered": None, "payment": "", "payment_href": ""}], "many": False,
                 "classed": _classed(), "more": True, "all_href": "?all=1", "next_href": "?gap=403", "gap": gap, "who": "", "left": 41, "verb": "Close the classes", "act": {"href": "/recovery/12/steps/4/", "key": "k2", "may": True, "who": ""}},
        "evidence": [{"text": "Event log, sealed", "at": NOW, "digest": "b81e…07", "whole": "ab" * 32}, {"text": "Classes, every decision", "at": None, "digest": "open", "whole": ""}],
        "bundle": {"ref": "EB-4", "href": "/incidents/evidence/4/", "size": "7.1 MB", "digest": "ab" * 32, "as_of": NOW, "seal_href": "/recovery/12/evidence/", "waits": False, "may": True, "who": ""},
        "plan": _box("plan", PlanRun([(1, "Yonas Berhane")], Planned(NOW, 1, "Yonas Berhane")), "Extend or hand over", "Plan it so", folded=True),
        "stop": _box("stop", StopRun(), "Stop this run", "Ask to stop RR-12", folded=True), "stopping": None, "read_only": None,
        "named": {"words": "2 payments", "open": True, "rows": [{"id": "pay_6XnB4tL1wq", "href": "/payments/one/"}, {"id": "pay_of_nobody", "href": ""}]},
    }  # fmt: skip


def run_due() -> dict[str, Any]:
    work = {"kind": "ask", "title": "2. Export the event log", "says": "Sealed as one file.", "further": "Gaps are found between commerce and provider alone.", "tools": ["Overrides"], "still": ["Corrections"], "waits": False, "trouble": "Tried 2 times: BundleTooLarge", "verb": "Export the log",
            "act": {"href": "/recovery/12/steps/2/", "key": "k2", "may": True, "who": ""}}  # fmt: skip
    return {**run(), "work": work, "bundle": None, "stop": None, "plan": None, "step": "Step 2 of 6"}


def run_looked() -> dict[str, Any]:
    work = {
        "kind": "look",
        "title": "3. Re-run commerce ↔ provider",
        "by": "Yonas Berhane",
        "at": NOW,
        "says": "Gaps are found between commerce and provider alone.",
        "facts": [("Gaps", "412"), ("SHA-256 of all that was found", "ab" * 32)],
        "files": [{"words": "Provider events", "rows": 48212}],
        "bundle": {
            "ref": "EB-4",
            "href": "/incidents/evidence/4/",
            "size": "7.1 MB",
            "as_of": NOW,
            "may": True,
            "who": "",
        },
        "compared": {
            "same": False,
            "at": NOW,
            "by": "Yonas Berhane",
            "words": "another digest, 2 gaps that are not stored",
            "digest": "cd" * 32,
        },
        "waits": False,
        "trouble": "Tried 2 times: TermsChanged",
        "settled": {
            "rows": [
                {
                    "ref": "G-402",
                    "payment": "pay_6XnB4tL1wq",
                    "payment_href": "/payments/one/",
                    "reason": "ordered 0.00050000 BTC, received 0.00049000 BTC",
                    "words": "amount mismatch",
                    "state": "Corrected and seen gone",
                    "requests": [{"ref": "CR-12", "href": "/approvals/12/", "title": "Reverse LT-1"}],
                    "accepted": "",
                },
                {
                    "ref": "G-403",
                    "payment": "",
                    "payment_href": "",
                    "reason": "no payment",
                    "words": "missing counterpart",
                    "state": "Accepted as it is",
                    "requests": [{"ref": "CR-13", "href": "", "title": "Accept"}],
                    "accepted": "The customer keeps it. Asked for by Cora Controller, accepted by Sela Second.",
                },
            ],
            "first_href": "?after=0&step=5#settled",
            "next_href": "",
        },
        "again": {"href": "/recovery/12/steps/3/", "key": "k3"},
        "classed": _classed(""),
    }
    ended = {"how": "Stopped", "at": NOW, "by": "Yonas Berhane", "reason": "The wrong days were named; opened anew."}
    return {
        **run(),
        "work": work,
        "look": 3,
        "ended": ended,
        "state": "stopped",
        "gate": None,
        "stop": None,
        "plan": None,
        "read_only": {"title": "This run is read-only for your role.", "text": "You act as auditor."},
    }


def run_correcting() -> dict[str, Any]:
    """The fifth step: a gap that was moved and is still there, with everything that may be done about it."""
    request = {
        "ref": "CR-1186",
        "href": "/approvals/1/",
        "title": "Move from fulfilled to refunded MSK-103-4471 for G-402",
        "state": "executed",
    }
    gap = {
        "ref": "G-402", "reason": "Order without payment: no payment since 47 h past due", "words": "missing counterpart", "value": amount(-31000), "state": "Carried out, still there",
        "settled": False, "says": "no payment since 47 h past due", "since": NOW, "order": "MSK-103-4471", "order_href": "/orders/1/", "payment": "pay_6XnB4tL1wq", "payment_href": "/payments/one/",
        "requests": [request], "asked": {"ref": "CR-1190", "href": "/approvals/2/"}, "accepted": {"by": "Sela", "asked_by": "Cora", "at": NOW, "because": "Written off."},
        "offers": [{**request, "ref": "CR-1191", "number": 1191, "state": "open", "by": "Selamawit Gebreyohannes", "tie_href": "/recovery/12/gaps/402/tie/"}],
        "cases": [{"ref": "C-31", "href": "/exceptions/31/", "pair": "provider ↔ ledger"}], "tie": {"href": "/recovery/12/gaps/402/tie/"}, "no_move": "",
        "move": {"href": "/recovery/12/gaps/402/move/", "key": "k3", "order": "MSK-103-4471", "seen": "fulfilled", "options": [{"value": "refunded OTHER", "label": "Refunded: another reason"}]},
        "accept": {"href": "/recovery/12/gaps/402/accept/", "key": "k4"},
    }  # fmt: skip
    row = {"ref": "G-402", "href": "?gap=402", "payment": "pay_6XnB4tL1wq", "payment_href": "/payments/one/", "reason": gap["reason"], "words": "missing counterpart",
           "state": "Carried out, still there", "warn": True, "value": amount(-31000), "cursor": True}  # fmt: skip
    value = {
        "asset": "ETB",
        "total": amount(56_224_375),
        "corrected": amount(41_288_050),
        "accepted": amount(1_904_400),
        "left": amount(13_031_925),
        "of": 100,
        "done": 73,
        "percent": "73 %",
    }
    case = {"ref": "C-31", "href": "/exceptions/31/", "pair": "provider ↔ ledger", "words": "illegal transition", "payment": "pay_6XnB4tL1wq",
            "payment_href": "/payments/one/", "day": NOW.date(), "value": amount(-31000), "counts": True}  # fmt: skip
    beside = {"says": "Ledger and bank are compared at the close.", "total": "24", "more": "the first 2 of 24",
              "rows": [case, {**case, "ref": "C-32", "href": "", "payment": "", "payment_href": "", "value": None, "counts": False}]}  # fmt: skip
    work = {
        "kind": "correct", "title": "5. Correct with approval", "waits": False, "left": 41, "total": 412, "values": [value, {**value, "asset": "USDT"}], "gap": gap, "who": "",
        "states": [{"words": "Carried out, still there", "gaps": 2, "warn": True}, {"words": "Corrected and seen gone", "gaps": 371, "warn": False}], "verb": "Close the corrections",
        "look": {"href": "/recovery/12/recheck/", "key": "k5", "text": "2 gaps"}, "rows": [row, {**row, "ref": "G-403", "cursor": False, "value": None, "payment": "", "payment_href": ""}],
        "more": True, "all_href": "?all=1", "next_href": "?gap=403", "act": {"href": "/recovery/12/steps/5/", "key": "k2", "may": True, "who": ""},
        "beside": beside,
    }  # fmt: skip
    gate = {
        "to": 6,
        "open": False,
        "rows": [{"ok": True, "text": "The freeze is in force"}, {"ok": False, "text": "41 gaps are not settled"}],
    }
    return {**run(), "work": work, "gate": gate, "step": "Step 5 of 6"}


def run_corrected() -> dict[str, Any]:
    """Nothing left, for one who may only read."""
    work = run_correcting()["work"] | {"left": 0, "look": None, "more": False, "beside": {"says": "Not in its scope.", "total": "none", "more": "", "rows": []}, "rows": [], "gap": None, "all_href": "", "next_href": "", "values": [], "states": [],
                                       "act": {"href": "/recovery/12/steps/5/", "key": "k2", "may": False, "who": "That needs the role controller or operator."}}  # fmt: skip
    waits = {
        "says": "A stop was asked for, and the run goes on.",
        "state": "rejected",
        "ref": "CR-1201",
        "href": "/approvals/4/",
        "by": "Cora Controller",
        "at": NOW,
    }
    return {**run(), "work": work, "stop": None, "plan": None, "stopping": waits}


def run_tightening() -> dict[str, Any]:
    """The last step: a path with its draft, one that policy cannot tell, planes that do not agree yet."""
    measure = {"href": "/recovery/12/measure/", "path": "ab" * 6, "name": "rr-12-abc", "version": 1}
    draft = {
        "title": "RR-12: fulfilled by hand before confirmed v1",
        "href": "/checkpoints/one/1/",
        "state": "active",
        "says": "would have blocked 97 of 108 moves",
        "holds": True,
        "measure": None,
    }
    path = {"words": "An order is moved by hand to fulfilled, through a person at the screen", "moves": 97, "states": "12 detected, not confirmed, 85 unknown to providers", "can": True, "who": "",
            "why_not": "", "settings_href": "", "draft": None, "drafts": [draft, {**draft, "state": "draft", "says": "not held against the period yet", "measure": measure}]}  # fmt: skip
    paths = [path, {**path, "drafts": [], "draft": {"href": "/recovery/12/paths/ab/draft/", "key": "k1"}}, {**path, "drafts": [], "who": "That needs the role policy admin."},
             {**path, "drafts": [], "can": False, "why_not": "Policy cannot tell such a move.", "settings_href": "/settings/endpoints/"}]  # fmt: skip
    pair = {
        "pair": "commerce ↔ provider",
        "differences": 12,
        "explained": 10,
        "unexplained": 2,
        "net": [amount(-31000), amount(5)],
    }
    compared = {
        "at": NOW,
        "pairs": [pair, {**pair, "pair": "provider ↔ ledger", "unexplained": 0, "net": []}],
        "unexplained": 2,
        "first": ["MSK-103-4471: Order without payment: no payment since 47 h past due."],
    }
    work = {"kind": "tighten", "title": "6. Tighten the checkpoints", "paths": paths, "moves": 108, "further": "Ledger and bank are compared at the close.", "waits": False, "compared": compared, "compare": {"href": "/recovery/12/comparison/", "key": "k2"},
            "asked": None, "close": _box("close", CloseRun(), "Close RR-12", "Ask to close RR-12"), "no_close": "", "act": {"may": True}}  # fmt: skip
    gate = {
        "to": "the close",
        "open": False,
        "rows": [
            {"ok": True, "text": "The freeze is in force"},
            {"ok": False, "text": "2 differences are left unexplained"},
        ],
    }
    return {**run(), "work": work, "gate": gate, "step": "Step 6 of 6"}


def run_asked() -> dict[str, Any]:
    """Nothing to tighten; the close waits."""
    work = run_tightening()["work"] | {
        "paths": [],
        "moves": 0,
        "compare": None,
        "close": None,
        "compared": None,
        "asked": {"ref": "CR-1200", "href": "/approvals/3/", "by": "Cora Controller", "at": NOW},
    }
    return {
        **run(),
        "work": work,
        "state": "closed",
        "ended": {"how": "Closed", "at": NOW, "by": "Sela Second", "reason": "The way is closed."},
        "stop": None,
        "plan": None,
        "gate": None,
    }
