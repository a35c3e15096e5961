"""What an approver sees of a request that a recovery run made, from its payload alone."""

from collections.abc import Mapping
from typing import Any

from console.display import signed
from console.pages.links import link
from console.pages.words import in_major, plural
from ledger.assets import EXPONENTS
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.checkpoints.vocabulary import VOCABULARY

Facts = list[dict[str, str]]


def _fact(label: str, text: str, href: str = "") -> dict[str, str]:
    return {"label": label, "before": "", "after": text, "href": href}


def gap_facts(payload: Mapping[str, Any], asset: str) -> Facts:
    """Which gap of which run, and what differs there."""
    run, gap = payload["run"], payload["gap"]
    return [
        _fact("Recovery", f"RR-{run}, gap G-{gap}", link("recovery-run", run, gap=gap)),
        _fact("What differs", in_major(payload["difference"], asset)),
    ]


def acceptance_facts(payload: Mapping[str, Any]) -> Facts:
    """What stays as it is, and why."""
    asset = payload["currency"]
    value = f"{signed(int(payload['value_minor']), EXPONENTS[asset])} {asset}" if asset else "none"
    payment, order = payload["payment"], payload["order"]
    told = [
        _fact("Payment", payment or "none", link("payment", payment) if payment else ""),
        _fact("Order", order or "none", link("order", order) if order else ""),
        _fact("Class", CLASSES[payload["exception_class"]].words), _fact("Value", value), _fact("Because", payload["reason"]),
    ]  # fmt: skip
    return gap_facts(payload, asset) + told + [f for kind, say in BESIDE.items() for f in say(payload, kind)]


def _other_gaps(payload: Mapping[str, Any], kind: str) -> Facts:
    run = payload["run"]
    return [
        _fact("Also of this payment", f"G-{n}: {in_major(reason, asset)}", link("recovery-run", run, gap=n))
        for n, reason, asset in payload["beside"][kind]
    ]


def _cases(payload: Mapping[str, Any], kind: str) -> Facts:
    return [
        _fact("Open case", f"C-{n}: {CLASSES[name].words}, {PAIR_WORDS[pair]}", link("exception-case", n))
        for n, name, pair in payload["beside"][kind]
    ]


def _hands(payload: Mapping[str, Any], kind: str) -> Facts:
    """Whoever asks may be the one who moved it: a checker has to know."""
    told = []
    for who, state, when in payload["beside"][kind]:
        own = ", who asks for this" if who == payload["asked_by"] else ""
        told.append(_fact("Moved by hand", f"to {state} by {who}{own}, {when} UTC"))
    return told


BESIDE = {"gap": _other_gaps, "case": _cases, "hand": _hands}


def close_facts(payload: Mapping[str, Any]) -> Facts:
    """What a close ends, and what it rests on."""
    told = [
        ("Recovery", f"RR-{payload['run']} open, informal tools frozen", "closed, freeze ended"),
        ("Gaps", "", f"{payload['gaps']}: {payload['corrected']} corrected and seen gone, {payload['accepted']} accepted"),
        *[("Checkpoint", _words(d), measured(d)) for d in payload["drafts"]],
        *[("Way left open", way, "no checkpoint of this run closes it") for way in payload["open_ways"]],
        *[(PAIR_WORDS[name], plural(p["differences"], "difference"), f"{p['unexplained']} unexplained")
          for name, p in payload["pairs"].items()],
        ("No checkpoint in force", "", payload["untightened"]), ("What is left is explained by", "", payload["explanation"]),
        ("Comparison", "", f"SHA-256 {_ends(payload['comparison_sha256'])}"),
        ("Step before", "", f"SHA-256 {_ends(payload['head'])}"),
    ]  # fmt: skip
    return [{"label": label, "before": before, "after": after} for label, before, after in told if after]


def stop_facts(payload: Mapping[str, Any]) -> Facts:
    """What a stop ends and lifts, and why."""
    told = [
        ("Recovery", f"RR-{payload['run']} open: {payload['title']}", "stopped before its end"),
        ("Informal tools", "frozen", "open again, at once"),
        ("Stands in", "", f"step {payload['step']}, {payload['step_title'].lower()}; nothing after it is done"),
        ("Because", "", payload["reason"]), ("Step before", "", f"SHA-256 {_ends(payload['head'])}"),
    ]  # fmt: skip
    return [{"label": label, "before": before, "after": after} for label, before, after in told]


def measured(d: Mapping[str, Any]) -> str:
    """A draft as a close states it: its version, how it stands, and what it would have blocked."""
    m = d["measured"]
    counted = f"would have blocked {m['blocked']:,} of {m['moves']:,} moves" if m else "not held against the period"
    return f"{d['version']}, {d['state']}: {counted}"


def _words(d: Mapping[str, Any]) -> str:
    move = d["path"]["move"]
    return VOCABULARY[move].words if move in VOCABULARY else move


def _ends(digest: str) -> str:
    """The whole stands in the run's evidence."""
    return f"{digest[:16]}…{digest[-8:]}"
