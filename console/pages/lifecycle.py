"""The lifecycle's pages: the decision tree of what is in force, and the state tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from console.pages.links import Link
from console.pages.playbooks import playbook_link
from console.pages.words import plural
from reconciliation.checkpoints.in_force import Standing
from reconciliation.oversight.lifecycle.decision_tree import Branch, Limb, Question
from reconciliation.oversight.lifecycle.signal_catalogue import Group
from reconciliation.oversight.lifecycle.state_tables import StateTable

OUTCOMES = {
    "automatic": ("clean", "check", "by itself"), "approval": ("warn", "users", "approval"),
    "forbidden": ("drift", "x", "forbidden"),
}  # fmt: skip
TABS = (("lifecycle", "Decision tree"), ("lifecycle-states", "States"), ("lifecycle-signals", "Signals"))


def tree_page(limbs: Sequence[Limb], standing: Standing, to: Link, at: datetime) -> dict[str, Any]:
    """templates/lifecycle/tree.html"""
    checkpoints = {branch.key for limb in limbs for question in limb.questions for branch in question.branches}
    planes: dict[str, dict[str, Any]] = {}
    for limb in limbs:
        plane = planes.setdefault(limb.plane, {"key": limb.plane, "words": limb.words, "limbs": []})
        plane["limbs"].append({"stage": limb.stage, "questions": [_question(q, to) for q in limb.questions]})
    lifted = standing.overrides_at(at)
    return {
        **_around("lifecycle", to),
        "sub": f"Read from {plural(len(checkpoints), 'checkpoint')} in force at this moment. Branches are asked from the top; "
               "the first that fits decides.",
        "first": [
            {"ref": f"FW-{f.number}", "text": f"{plural(len(f.moves), 'move')} frozen for {f.subject}"} for f in standing.freezes
        ],
        "lifted": plural(len(lifted), "override") if lifted else "", "lifted_href": to("checkpoint-overrides"),
        "planes": list(planes.values()),
    }  # fmt: skip


def states_page(tables: Sequence[StateTable], to: Link) -> dict[str, Any]:
    """templates/lifecycle/states.html"""
    return {
        **_around("lifecycle-states", to),
        "sub": "Read from the tables that the code moves them by. What stands in none is refused, by the code and by the database.",
        "tables": [
            {
                "key": t.key, "title": t.title, "says": t.says, "final": ", ".join(_word(s) for s in t.final),
                "rows": [
                    {"before": _word(s.before) or "nothing", "after": _word(s.after), "by": s.by, "stays": s.before == s.after}
                    for s in t.steps
                ],
            }
            for t in tables
        ],
    }  # fmt: skip


def signals_page(groups: Sequence[Group], to: Link) -> dict[str, Any]:
    """templates/lifecycle/signals.html"""
    return {
        **_around("lifecycle-signals", to),
        "sub": "Everything that can say that something is wrong, and the playbook that it leads to.",
        "groups": [
            {
                "key": group.key, "title": group.title, "says": group.says, "limit": group.limit,
                "rows": [
                    {"name": row.name, "limit": row.limit, "meaning": row.meaning,
                     "playbooks": [playbook_link(key, to) for key in row.playbooks]}
                    for row in group.rows
                ],
            }
            for group in groups
        ],
    }  # fmt: skip


def _around(current: str, to: Link) -> dict[str, Any]:
    return {
        "list_href": to("checkpoints"),
        "tabs": [{"href": to(name), "label": label, "current": name == current} for name, label in TABS],
    }  # fmt: skip


def _question(question: Question, to: Link) -> dict[str, Any]:
    return {
        "name": question.move.name, "words": question.move.words, "steps": question.steps,
        "branches": [_branch(b, to) for b in question.branches], "otherwise": question.otherwise,
    }  # fmt: skip


def _branch(branch: Branch, to: Link) -> dict[str, Any]:
    tone, icon, word = OUTCOMES[branch.outcome]
    return {
        "where": branch.where, "answer": branch.answer, "tone": tone, "icon": icon, "word": word, "reason": branch.reason,
        "href": to("checkpoint", branch.key, branch.version), "whose": f"{branch.title} v{branch.version}, clause {branch.clause}",
        "liftable": branch.liftable,
    }  # fmt: skip


def _word(state: str) -> str:
    return state.replace("_", " ")
