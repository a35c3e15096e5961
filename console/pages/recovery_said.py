"""What a step of a recovery run that is done says of itself, in words: the stored document names fields, and this their meaning."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from console.display import full_moment
from console.pages.recovery_facts import measured
from console.pages.recovery_words import FROZEN
from console.pages.words import plural
from console.pages.written import amount
from console.templatetags.money import figure
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.recovery.runs.standing import CLASSIFY, CORRECT, EXPORT, FREEZE, RERUN, TIGHTEN

Said = Mapping[str, Any]
Facts = list[tuple[str, str]]
JUDGED = (
    ("matched", "match"), ("expected", "still within their time"), ("open", "with a difference"),
    ("none", "ended with nothing to compare"),
)  # fmt: skip
FILES = {
    "run": "The run", "steps": "Its steps", "freeze": "The freeze", "refused_attempts": "Attempts that the freeze refused",
    "matchers": "Matchers and their terms", "provider_events": "Provider events", "deliveries": "Deliveries",
    "orders": "Orders", "order_moves": "Moves of orders", "gaps": "Gaps", "classes": "Classes given",
    "remedies": "Requests tied to gaps", "acceptances": "Gaps accepted", "rechecks": "Gaps looked at again",
    "checkpoints": "Checkpoints drafted", "comparisons": "Comparisons of the planes", "end": "The end of the run",
    "matches_before": "Matches before", "matches_after": "Matches after", "cases": "Cases", "case_history": "History of the cases",
    "transactions": "Transactions", "entries": "Entries", "moves": "Moves of transactions", "requests": "Requests",
    "request_decisions": "Decisions on requests", "executions": "Requests carried out", "decisions": "Decisions of policy",
    "policies": "Policies asked", "audit": "Audit rows", "audit_blocks": "Blocks of the audit chain",
    "audit_proof": "Proof of the audit rows",
}  # fmt: skip


def facts_of(step: int, said: Said) -> Facts:
    """(label, value), each digest under the name of what it is over; what was not said is left out."""
    return [(label, value) for label, value in TOLD[step](said) if value]


def files_of(said: Said) -> list[dict[str, Any]]:
    """What the export holds: {words, rows}, without what it holds none of."""
    held = {name.removesuffix(".jsonl"): rows for name, rows in said["rows"].items() if rows}
    names = [*(n for n in FILES if n in held), *(n for n in held if n not in FILES)]
    return [{"words": FILES.get(n, n.replace("_", " ").capitalize()), "rows": held[n]} for n in names]


def _frozen(said: Said) -> Facts:
    return [
        ("Freeze window", said["freeze"]),
        ("Refused for everybody", "; ".join(FROZEN[name] for name in said["moves"])),
        ("Planned until, as opened", _moment(said["planned_until"])),
        ("SHA-256 of the run as opened", said["run_sha256"]),
    ]


def _exported(said: Said) -> Facts:
    return [
        ("As of", _moment(said["as_of"])), ("Provider events", f"{said['events']:,}"),
        ("SHA-256 of the log", said["log_sha256"]), ("Sealed as", said["bundle"]),
        ("SHA-256 of what it holds", said["bundle_sha256"]), ("SHA-256 of its file", said["bundle_file_sha256"]),
    ]  # fmt: skip


def _reran(said: Said) -> Facts:
    return [
        ("As of", _moment(said["as_of"])),
        ("Terms", f"matcher {', '.join(f'v{n}' for n in said['versions'])}, as pinned when the run was opened"),
        ("Payments and orders", ", ".join(f"{said[name]:,} {words}" for name, words in JUDGED if said[name])),
        ("Gaps", f"{said['gaps']:,}"),
        ("SHA-256 of all that was found", said["digest"]), ("SHA-256 of the terms", said["terms_sha256"]),
    ]  # fmt: skip


def _classified(said: Said) -> Facts:
    by_class = [f"{CLASSES[name].words} {said['by_class'][name]:,}" for name in CLASSES if name in said["by_class"]]
    people = plural(said["people"], "person", "people")
    return [
        ("Gaps", f"{said['gaps']:,}"), ("By class", ", ".join(by_class)),
        ("Set in", f"{plural(said['decisions'], 'decision')} by {people}"),
        ("SHA-256 of the classes", said["classes_sha256"]),
    ]  # fmt: skip


def _corrected(said: Said) -> Facts:
    values = [
        f"{figure(amount(minor, asset))} {state}"
        for asset, by_state in said["value_minor"].items()
        for state, minor in by_state.items()
    ]
    return [
        ("Gaps", f"{said['gaps']:,}"), ("Corrected and seen gone", f"{said['corrected']:,}"),
        ("Accepted by two people", f"{said['accepted']:,}"), ("Value without signs", ", ".join(values)),
        ("SHA-256 of what settled them", said["settled_sha256"]),
    ]  # fmt: skip


def _tightened(said: Said) -> Facts:
    return [
        ("What was done and found", said["summary"]),
        ("Checkpoints", "; ".join(measured(d) for d in said["drafts"])),
        ("Why no checkpoint is in force", said["untightened"]),
        ("What explains what is left", said["explanation"]),
        ("Asked for by", said["asked_by"]), ("Approved by", said["approved_by"]),
        ("SHA-256 of the last comparison", said["comparison_sha256"]),
    ]  # fmt: skip


TOLD: dict[int, Callable[[Said], Facts]] = {
    FREEZE: _frozen, EXPORT: _exported, RERUN: _reran, CLASSIFY: _classified, CORRECT: _corrected, TIGHTEN: _tightened,
}  # fmt: skip


def _moment(text: str) -> str:
    return full_moment(datetime.fromisoformat(text))
