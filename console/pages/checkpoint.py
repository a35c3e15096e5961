"""One version of a checkpoint: its sentence as fields, what changed, what it would have done, and what stands before it can be in
force. For templates/checkpoints/version.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.checkpoint_form import typed_of, unkept
from console.comparing import differing_words
from console.display import moment
from console.pages.checkpoint_fields import sentence_fields
from console.pages.words import plural
from ledger.actors import Actor
from reconciliation.cases.available_actions import who_may
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.permissions import Permission, allowed
from reconciliation.policies.approved import Agreed
from reconciliation.policies.owning import is_own
from reconciliation.policies.request_override import liftable_moves
from reconciliation.policies.wording import changes, sentence_of, unchanged

STEPS = (("draft", "Draft"), ("evaluate", "Evaluate"), ("active", "Active"), ("retired", "Retired"))


@dataclass(frozen=True, slots=True)
class Given:
    """What the page is made of: the version, the one in force beside it, all others, and what was typed and refused."""

    version: CheckpointVersion
    active: CheckpointVersion | None
    others: Sequence[CheckpointVersion]
    assets: Sequence[str]
    typed: Mapping[str, Any] | None = None
    problem: str = ""
    where: str = ""
    waiting: str = ""
    waiting_href: str = ""
    lifted: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    agreed: Mapping[int, Agreed] = field(default_factory=dict)


def version_page(g: Given, *, actor: Actor, at: datetime, key: str) -> dict[str, Any]:
    """The page without its effect, which `effect.py` puts together."""
    v, document = g.version, g.version.document
    before = _before(g)
    own = v.made_by_id == actor.person_id
    mine = v.state not in ("draft", "evaluate") or is_own(v, actor)
    may = allowed(actor, Permission.SET_UP)
    return {
        "v": _head(g, at), "edit": _edit(g) if v.state == "draft" and may and own else None,
        "read": [sentence_of(c) for c in document["clauses"]], "reasons": [c["reason"] for c in document["clauses"]],
        "diff": diff(before, document) if before or not v.active_from else None, "flow": _flow(g), 
        "acts": _acts(g, own, may and mine, key, allowed(actor, Permission.OVERRIDE)),
        "why_not": _why_not(g, own, may, actor), "lifted": g.lifted,
        "versions": [_version(o, g.agreed.get(o.id)) for o in g.others],
        "yaml_href": reverse("checkpoint-yaml", args=[v.policy.key, v.number]),
        "shadow_href": reverse("checkpoint-shadow", args=[v.policy.key, v.number]) if v.evaluating_from else "",
    }  # fmt: skip


def _before(g: Given) -> CheckpointVersion | None:
    """What the version is compared with: what is in force, or what was before it came into force."""
    if g.version.active_from is None:
        return g.active
    return next((o for o in g.others if o.number == g.version.based_on), None)


def diff(before: CheckpointVersion | None, now: Mapping[str, Any]) -> dict[str, Any]:
    """The box of changed parts; of a checkpoint that is new every part is one."""
    was = before.document if before else None
    found = changes(was, now)
    lines = []
    for change in found:
        other = next((c.part.text for c in found if c.sign != change.sign and (c.part.clause, c.part.label) == (
            change.part.clause, change.part.label)), "")  # fmt: skip
        lines.append({
            "sign": "−" if change.sign == "-" else "+", "gone": change.sign == "-",
            "label": f"{change.part.clause}. {change.part.label}" if change.part.clause else change.part.label,
            "parts": differing_words(change.part.text, other) if other else [(change.part.text, True)],
        })  # fmt: skip
    count = len({(c.part.clause, c.part.label) for c in found})
    return {
        "title": f"Against v{before.number}, {before.state}" if before else "A new checkpoint",
        "count": count, "says": plural(count, "changed part"), "lines": lines,
        "same": ", ".join(unchanged(was, now)) if was else "",
    }  # fmt: skip


def _head(g: Given, at: datetime) -> dict[str, Any]:
    v, document = g.version, g.version.document
    moves = [VOCABULARY[m] for c in document["clauses"] for m in c["moves"] if m in VOCABULARY]
    stages = " and ".join(dict.fromkeys(f"from {t.leaves} to {t.reaches}" for t in moves[:2]))
    told = [
        f"owner {document['owner']}",
        f"asked at {document['precedence']}",
        *([f"stands {stages}"] if stages else []),
    ]
    if g.active and g.active.id != v.id:
        told.insert(1, f"v{g.active.number} active since {moment(g.active.active_from)}")
    if v.edits:
        told.append(f"{plural(v.edits, 'edit')} by {v.made_by_label}, last {moment(v.edited_at)}")
    else:
        told.append(f"by {v.made_by_label}, {moment(v.made_at)}")
    return {
        "title": f"{document['title']}, v{v.number}", "state": v.state, "says": "; ".join(told), "key": v.policy.key,
        "number": v.number, "list_href": reverse("checkpoints"),
    }  # fmt: skip


def _edit(g: Given) -> dict[str, Any]:
    typed = g.typed or typed_of(g.version.document)
    was = typed_of(g.active.document) if g.active else None
    return {
        "href": reverse("checkpoint-save", args=[g.version.policy.key, g.version.number]), "edits": g.version.edits,
        "problem": g.problem, "where": g.where, "unkept": unkept(g.typed) if g.typed else [],
        **sentence_fields(typed, was, g.assets),
    }  # fmt: skip


def _flow(g: Given) -> list[dict[str, Any]]:
    v = g.version
    retired = [o.number for o in g.others if o.state == "retired"]
    says = {
        "draft": f"v{v.number}" if v.state == "draft" else f"{moment(v.made_at)}",
        "evaluate": f"since {moment(v.evaluating_from)}" if v.evaluating_from else "decides in the shadow, blocks nothing",
        "active": f"since {moment(v.active_from)}" if v.active_from else (
            f"v{g.active.number} until then" if g.active else "none until then"),
        "retired": f"{moment(v.ended_at)}" if v.state == "retired" else ", ".join(f"v{n}" for n in sorted(retired)) or "none",
    }  # fmt: skip
    return [{"name": word, "says": says[name], "current": v.state == name} for name, word in STEPS]


def _acts(g: Given, own: bool, may: bool, key: str, lifts: bool) -> dict[str, Any]:
    v, args = g.version, [g.version.policy.key, g.version.number]
    lift = reverse("checkpoint-overrides") + f"?key={v.policy.key}"
    free, beside = any(o.state == "draft" for o in [*g.others, v]), any(o.state == "evaluate" for o in g.others)
    return {
        "key": key,
        "evaluate": reverse("checkpoint-evaluate", args=args) if v.state == "draft" and may and not beside else "",
        "discard": reverse("checkpoint-discard", args=args) if may and v.state in ("draft", "evaluate") else "",
        "draft": reverse("checkpoint-draft", args=args) if may and not free else "",
        "activate": reverse("checkpoint-activate", args=args) if may and own and v.state == "evaluate" and not g.waiting else "",
        "backtest": reverse("checkpoint-backtest", args=args) if v.state in ("draft", "evaluate") else "",
        "retire": reverse("checkpoint-retire", args=[v.policy.key]) if may and v.state == "active" and v.made_by_id else "",
        "lift": lift if v.state == "active" and liftable_moves(v) and lifts else "",
    }  # fmt: skip


def _why_not(g: Given, own: bool, may: bool, actor: Actor) -> str:
    if not may:
        return who_may(Permission.SET_UP, actor, "Changing a checkpoint needs")
    if g.version.state == "draft" and not own:
        return f"This is a draft of {g.version.made_by_label}, who alone edits it: whoever approves it must not have written it."
    beside = next((o for o in g.others if o.state == "evaluate" and o.id != g.version.id), None)
    if g.version.state == "draft" and beside:
        return (
            f"v{beside.number} by {beside.made_by_label} is under evaluation, and one version at a time is: "
            "it comes into force or is discarded first."
        )
    if g.version.state == "evaluate" and not own:
        return f"{g.version.made_by_label} drafted it and asks to put it in force; you may then decide."
    return ""


def _version(o: CheckpointVersion, agreed: Agreed | None) -> dict[str, Any]:
    since = o.active_from or o.evaluating_from or o.made_at
    return {
        "label": f"v{o.number}", "state": o.state, "by": o.made_by_label, "at": since, "until": o.ended_at,
        "agreed": f"approved by {agreed.approved_by}" if agreed else "", "request": f"CR-{agreed.number}" if agreed else "",
        "request_href": reverse("approval", args=[agreed.number]) if agreed else "",
        "href": reverse("checkpoint", args=[o.policy.key, o.number]),
    }  # fmt: skip
