"""The work of a recovery run's last step: the ways that drift came by with the checkpoints drafted against them, the planes as they
compare, and the close."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse

from console.pages.links import Link
from console.pages.recovery_classes import who
from console.pages.recovery_scope import further_says
from console.pages.settings import box
from console.pages.words import as_sentence, in_major, new_key, plural
from console.pages.written import amount
from ledger.actors import Actor
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.runs.closing import TiedDraft
from reconciliation.recovery.runs.closing_models import RecoveryComparison
from reconciliation.recovery.runs.run_pages import Tightening, WholeRun
from reconciliation.recovery.runs.tightening import STATE_WORDS, DriftPath

WHY_NOT = "Policy cannot tell such a move by what the provider says; its rule is changed in the settings."
CLOSE_SAYS = (
    "A second person decides. The close ends the freeze at once, and a worker seals the whole of the run; its history stays"
    " as it is."
)


def tighten_work(found: WholeRun, actor: Actor, to: Link, form: forms.Form) -> dict[str, Any]:
    """templates/recovery/parts/tighten.html"""
    run, work = found.standing.run, found.tightening or Tightening([], [], None, None, False)
    may, number, asked = allowed(actor, Permission.RUN_RECOVERY), run.number, work.asked
    for condition in found.gate:
        if condition.met and not form.errors:
            form.fields.pop(condition.instead, None)  # nothing to say where it is met
    shown = box("recovery-close", form, f"Close {run}", f"Ask to close {run}", CLOSE_SAYS, "close-", [str(number)])
    return {
        "paths": [_path(p, work.drafts, number, actor, to) for p in work.paths],
        "moves": sum(p.moves for p in work.paths),
        "waits": work.waits,
        "further": further_says(run),
        "compared": _compared(work.compared) if work.compared else None,
        "compare": {"href": reverse("recovery-compare", args=[number]), "key": new_key()} if may and not work.waits else None,
        "asked": asked
        and {"ref": str(asked), "href": to("approval", asked.number), "by": asked.made_by_label, "at": asked.made_at},
        "close": shown if may and asked is None and work.compared else None,
        "no_close": "" if may else who(Permission.RUN_RECOVERY),
    }  # fmt: skip


def _path(p: DriftPath, drafts: list[TiedDraft], number: int, actor: Actor, to: Link) -> dict[str, Any]:
    may = allowed(actor, Permission.SET_UP)
    draft = {"href": reverse("recovery-draft", args=[number, p.key]), "key": new_key()}
    tied = [_draft(d, number, may, to) for d in drafts if d.path["key"] == p.key]
    return {
        "words": p.words, "moves": p.moves, "can": p.can_be_closed,
        "states": ", ".join(f"{n:,} {STATE_WORDS.get(state, state)}" for state, n in sorted(p.states.items())),
        "drafts": tied,
        "draft": draft if may and p.can_be_closed and not tied else None,
        "who": "" if may or tied or not p.can_be_closed else who(Permission.SET_UP),
        "why_not": "" if p.can_be_closed else WHY_NOT,
        "settings_href": "" if p.can_be_closed else to("settings-endpoints"),
    }  # fmt: skip


def _draft(d: TiedDraft, number: int, may: bool, to: Link) -> dict[str, Any]:
    m, v = d.measure, d.version
    said = f"would have blocked {m.blocked:,} of {plural(m.moves, 'move')}" if m else "not held against the period yet"
    return {
        "title": str(v), "href": to("checkpoint", v.policy.key, v.number), "state": v.state, "says": said, "holds": d.holds,
        "measure": {
            "href": reverse("recovery-measure", args=[number]), "path": d.path["key"], "name": v.policy.key, "version": v.number,
        } if may and m is None else None,
    }  # fmt: skip


def _compared(c: RecoveryComparison) -> dict[str, Any]:
    pairs = [
        {
            "pair": PAIR_WORDS[name], "differences": p["differences"], "explained": p["explained"],
            "unexplained": p["unexplained"],
            "net": [amount(minor, asset) for asset, minor in p["net_minor"].items() if asset],
        }
        for name, p in c.said["pairs"].items()
    ]  # fmt: skip
    first = [as_sentence(in_major(text, _alone(p))) for p in c.said["pairs"].values() for text in p.get("first", ())]
    return {"at": c.at, "pairs": pairs, "unexplained": c.unexplained, "first": first[:5]}


def _alone(pair: Mapping[str, Any]) -> str:
    """The currency of what is left between two planes, "" where there are several: a figure never gets another's."""
    assets = [asset for asset in pair["net_minor"] if asset]
    return assets[0] if len(assets) == 1 else ""
