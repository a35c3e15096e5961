"""What a version would have done, from its newest backtest, and what stands before it can be in force. For
templates/checkpoints/parts/effect.html and beside.html."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from console.display import count, moment
from console.pages.checkpoint_chart import week_chart
from console.pages.links import link
from console.pages.words import plural
from console.pages.written import amount
from reconciliation.backtest.backtest_pages import newest_backtest
from reconciliation.backtest.models import Backtest
from reconciliation.backtest.request_backtest import under_way
from reconciliation.backtest.result import nearly_all
from reconciliation.backtest.shadow_report import shadow_report
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.policies.warnings import warnings_of
from reconciliation.policies.wording import OUTCOME_WORDS

SHORTEST = timedelta(days=28)
WEEK = timedelta(days=7)  # of fewer recorded days no rate is told
LISTED = 8
SUMMARY = (
    "document_sha256",
    "looser",
    "since",
    "until",
    "as_of",
    "replayed",
    "flips",
    "drift_days_prevented",
    "plane_cases",
    "plane_cases_prevented",
    "unseen_looser",
    "forbids",
    "loosened",
    "blocked",
    "result_sha256",
)
Result = Mapping[str, Any]


def effect_part(version: CheckpointVersion, at: datetime) -> dict[str, Any]:
    """`effect` None before the first backtest; `summary` is what a request freezes of it."""
    found = newest_backtest(bytes(version.document_sha256))
    result = found.result if found else None
    long_enough = bool(found and found.until - found.since >= SHORTEST)
    waiting = under_way(version, at)
    return {
        "working": f"{waiting.created_at:%H:%M}" if waiting else "",
        "here": reverse("checkpoint", args=[version.policy.key, version.number]),
        "effect": _effect(version, found) if found else None,
        "ready": long_enough,
        "summary": _summary(found) if found else {},
        "gate": _gate(version, found, long_enough, at),
        "flips": [flip_row(f) for f in (result or {}).get("largest", [])[:LISTED]],
        "flips_href": reverse("checkpoint-flips", args=[version.policy.key, version.number])
        if found and found.flips
        else "",
        "effect_title": f"What v{version.number} would have done",
    }


def flip_row(f: Mapping[str, Any]) -> dict[str, Any]:
    """One flip as tables show it."""
    drift = f["turned"] == "drift"
    cause = f", cause {f['cause']}" if f["cause"] else ""
    turned = {"drift": f"Drift{cause}", "right": "Right", "not made": "Not made"}[f["turned"]]
    named = f["payment_id"] or f["order_ref"] or f["transaction"] or f"decision {f['decision']}"
    return {
        "named": named,
        "href": link("payments", q=f["payment_id"]) if f["payment_id"] else "",
        "label": f["label"],
        "at": f["at"][:10],
        "direction": f["direction"],
        "looser": f["direction"] == "looser",
        "drift": drift,
        "turned": turned,
        "exception_class": (f["exception_class"] or "").replace("_", " "),
        "case": f"C-{f['case']}" if f["case"] else "",
        "case_href": link("exception-case", f["case"]) if f["case"] else "",
        "live": _answer(f["live"]),
        "draft": _answer(f["draft"]),
        "reason": f["draft"]["reason"],
        "money": [amount(m["minor"], m["asset"]) for m in f["money"]],
    }


def _answer(said: Mapping[str, Any]) -> str:
    if said["outcome"] == "approval":
        return plural(int(said["quorum"]), "approval")
    return OUTCOME_WORDS[said["outcome"]]


def _effect(version: CheckpointVersion, found: Backtest) -> dict[str, Any]:
    r: Result = found.result
    hindered = r["hindered"]
    began = datetime.fromisoformat(r["recorded_from"]) if r.get("recorded_from") else found.until
    long = found.until - began >= WEEK
    moves = hindered["stopped"]["moves"] + hindered["delayed"]["moves"]
    return {
        "says": f"{found.since:%-d %b} to {found.until:%-d %b %Y}, {count(r['replayed'])} recorded moves, "
        f"the first of {moment(began)}, worked out {moment(found.made_at)}"
        if r["replayed"]
        else f"{found.since:%-d %b} to {found.until:%-d %b %Y}: no move was recorded, so nothing is shown by it",
        "flips": count(r["flips"]),
        "share": _share(r["flips"], r["replayed"]),
        "turns": [_turn(t) for t in r["turns"]],
        "looser": _looser(r),
        "blocked": _tally(r["blocked"]["tally"]),
        "by_class": [_caught(c) for c in r["blocked"]["by_class"]],
        "hindered": count(moves),
        "hindered_any": moves > 0,
        "stopped": _tally(hindered["stopped"]),
        "delayed": _tally(hindered["delayed"]),
        "days": f"{r['drift_days_prevented']} of {len(r['drift_days'])}" if r["drift_days"] else "none drifted",
        "cases": f"{r['plane_cases_prevented']} of {r['plane_cases']}" if r["plane_cases"] else "",
        "chart": week_chart(r["weeks"]),
        "waiting": [
            {
                "label": w["label"].replace("_", " "),
                "stopped": count(w["stopped"]),
                "delayed": count(w["delayed"]),
                "week": w["per_week"] if long else "",
                "money": [amount(m["minor"], m["asset"]) for m in w["tally"]["money"]],
            }
            for w in hindered["waiting"]
        ],
        "extra": [
            {
                "roles": " or ".join(x.replace("_", " ") + "s" for x in e["roles"]),
                "approvals": count(e["approvals"]),
                "day": f"+{e['per_day']} a day" if long else "",
                "week": f"+{e['per_week']}" if long else "",
            }
            for e in hindered["extra"]
        ],
        "wait": _wait(hindered) + ("" if long else "; too few days were recorded to say how often"),
        "otherwise": r["otherwise"],
    }


def _looser(r: Result) -> dict[str, Any] | None:
    """What opens up, which is said before all else; None when nothing does."""
    if not r["looser"]:
        return None
    unseen = [VOCABULARY[m].words for m in r["unseen_looser"] if m in VOCABULARY]
    return {**_tally(r["loosened"]), "unseen": "; ".join(unseen)}


def _turn(t: Mapping[str, Any]) -> str:
    live, draft = (_answer({"outcome": t[x], "quorum": t[f"{x}_quorum"]}) for x in ("live", "draft"))
    return f"{count(t['tally']['moves'])} {t['direction']}: {live}, then {draft}"


def _caught(c: Mapping[str, Any]) -> str:
    cause = f", cause {c['cause']}" if c["cause"] else ""
    return f"{c['exception_class'].replace('_', ' ')}{cause}: {count(c['tally']['moves'])}"


def _tally(t: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "moves": count(t["moves"]),
        "any": t["moves"] > 0,
        "payments": plural(t["payments"], "payment"),
        "money": [amount(m["minor"], m["asset"]) for m in t["money"]],
    }


def _share(part: int, whole: int) -> str:
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def _wait(h: Mapping[str, Any]) -> str:
    if not h["decided"]:
        return "no request was decided in this window, so nothing tells how long one would wait"
    median, longest = (timedelta(seconds=h[x]) for x in ("median_seconds", "longest_seconds"))
    return f"requests of this window waited {_span(median)} at the median, {_span(longest)} at the longest"


def _span(t: timedelta) -> str:
    minutes = int(t.total_seconds()) // 60
    return (
        f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min" if minutes else "under 1 min"
    )


def _gate(
    version: CheckpointVersion, found: Backtest | None, long_enough: bool, at: datetime
) -> Sequence[dict[str, Any]]:
    if version.state not in ("draft", "evaluate"):
        return []
    lines = [{"ok": long_enough, "text": f"Backtest of exactly these words over at least {SHORTEST.days} days"}]
    if version.state == "draft":
        lines.append({"ok": False, "text": "Evaluated in the shadow: not begun"})
    else:
        seen = shadow_report(version)
        days = (at - version.evaluating_from).days if version.evaluating_from else 0
        told = (
            f"{plural(seen.decisions, 'decision')} in {plural(days, 'day')}, {count(seen.differing)} decided otherwise"
        )
        lines.append({"ok": seen.decisions > 0, "text": f"Evaluated in the shadow: {told}"})
    by = version.made_by_label
    lines += [
        {"ok": None, "text": said}
        for said in [*shut_out(found.result if found else {}), *warnings_of(version.document, version.number, at)]
    ]  # fmt: skip
    return [*lines, {"ok": False, "text": f"Approved by a policy admin or controller other than {by}"}]


def shut_out(result: Result) -> list[str]:
    """Where hardly any move of a kind would still go through, in figures. What stops everything is seldom what was meant."""
    return [
        f"It would have forbidden {count(f['forbidden'])} of the {plural(f['let_through'], 'move')} that went through when "
        f"{VOCABULARY[f['move']].words}: {'none' if f['forbidden'] == f['let_through'] else 'hardly any'} would."
        for f in result.get("forbids", ())
        if nearly_all(f["let_through"], f["forbidden"]) and f["move"] in VOCABULARY
    ]


def _summary(found: Backtest) -> dict[str, Any]:
    hindered = found.result["hindered"]
    return {name: found.result[name] for name in SUMMARY if name in found.result} | {
        "id": str(found.public_id),
        "stopped_right": hindered["stopped"],
        "delayed_right": hindered["delayed"],
        "drift_days": len(found.result["drift_days"]),
    }
