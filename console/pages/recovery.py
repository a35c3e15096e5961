"""Recovery runs as pages show them: the list, and one run with its steps, its gate and the work at hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse

from console.pages.links import Link
from console.pages.recovery_classes import classify_work, who
from console.pages.recovery_correct import correct_work
from console.pages.recovery_evidence import evidence_parts, newest_bundle
from console.pages.recovery_look import looked
from console.pages.recovery_scope import named_payments
from console.pages.recovery_stop import stop_asked, stop_box, stop_waits
from console.pages.recovery_tighten import tighten_work
from console.pages.recovery_words import period_words, steps_of
from console.pages.recovery_work import ask_work, freeze_work
from console.pages.settings import box
from console.pages.words import as_sentence, in_major, new_key, plural
from console.recovery_forms import CloseRun, PlanRun
from ledger.actors import Actor
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.runs.planned import Planned
from reconciliation.recovery.runs.run_pages import ListedRun, WholeRun
from reconciliation.recovery.runs.standing import CLASSIFY, CORRECT, EXPORT, FREEZE, RERUN, STEPS, TIGHTEN

WORK = {CLASSIFY: "classify", CORRECT: "correct", TIGHTEN: "tighten"}


PROPOSED = "Filled in from where the drift was seen. Nothing is open yet: check the days and the scope first."


def recovery_page(
    found: Sequence[ListedRun], form: forms.Form, actor: Actor, to: Link, *, proposed: bool = False
) -> dict[str, Any]:
    """templates/recovery/list.html. proposed: a link filled the form in."""
    standing = [x for x in found if x.end is None]
    may = allowed(actor, Permission.RUN_RECOVERY)
    return {
        "title": f"{plural(len(standing), 'recovery run')} open" if standing else "No recovery run is open",
        "sub": "Drift of a period brought to an end in six steps: freeze, export, re-run, classify, correct, tighten.",
        "rows": [_row(x, to) for x in found],
        "box": box("recovery-open", form, "Open a recovery run", "Open the run", PROPOSED if proposed else "", "open-")
        if may
        else None,
        "read_only": "" if may else who(Permission.RUN_RECOVERY),
    }


def run_page(
    found: WholeRun, actor: Actor, to: Link, *, look: int, many: bool, sent: Mapping[str, forms.Form]
) -> dict[str, Any]:
    """templates/recovery/run.html. `sent` are forms that came back with what was wrong with them, by act."""
    standing = found.standing
    run, due, end = standing.run, standing.next_step, standing.end
    look = look if look in standing.steps else TIGHTEN if TIGHTEN in standing.steps else 0  # a closed run shows its end
    may, number = allowed(actor, Permission.RUN_RECOVERY), run.number
    shown, plan = look or due, found.planned or Planned(run.freeze_until, run.owner_person_id, run.owner)
    close = sent.get("close") or CloseRun()
    return {
        "ref": str(run),
        "number": number,
        "title": run.title,
        "state": end.how if end else "open",
        "step": f"Step {min(due, 6)} of 6",
        "opened_at": run.opened_at,
        "opened_by": run.opened_by,
        "led_by": run.led_by,
        "owner": plan.owner,
        "scope": period_words(run),
        "ended": end and {"how": end.how.capitalize(), "at": end.ended_at, "by": end.ended_by, "reason": end.reason},
        "steps": steps_of(found, look),
        "look": look,
        "here": reverse("recovery-run", args=[number]),
        "earlier_href": f"?step={(look or due) - 1}" if (look or due) > 1 else "",
        "later_href": (f"?step={look + 1}" if look + 1 in standing.steps else "?") if look else "",
        "gate": _gate(found),
        "work": looked(found, look, actor, to) if look else _work(found, shown, may, many, actor, to, close),
        "evidence": evidence_parts(found),
        "bundle": newest_bundle(found, actor),
        "plan": box(
            "recovery-plan",
            sent.get("plan") or PlanRun(found.runners, plan),
            "Extend or hand over",
            "Plan it so",
            box_id="plan-",
            args=[str(number)],
            says="The freeze ends with the run and never by itself; what is planned is shown to everybody.",
        )
        | {"folded": True}
        if may and end is None
        else None,
        "stop": stop_box(found, sent.get("stop")) if may and end is None and not stop_waits(found) else None,
        "stopping": stop_asked(found, to),
        "named": named_payments(run, to),
        "read_only": _read_only(actor),
    }


def _read_only(actor: Actor) -> dict[str, str] | None:
    """To whoever does not run recoveries: what they may do here, and who does the rest."""
    if allowed(actor, Permission.RUN_RECOVERY):
        return None
    acting, needed = actor.role.replace("_", " ").replace(",", ", "), who(Permission.RUN_RECOVERY)
    if allowed(actor, Permission.CLASSIFY_GAPS):
        text = (
            f"You act as {acting}: you set classes and ask for corrections. Doing a step, stopping or closing: {needed}"
        )
        return {"title": "The gaps of this run are your work, its steps are not.", "text": text}
    if allowed(actor, Permission.SET_UP):
        text = f"You act as {acting}: you draft checkpoints against the ways that drift came by. The rest: {needed}"
        return {"title": "The checkpoints of this run are your work, its steps are not.", "text": text}
    seals = ", and may seal and download its evidence" if allowed(actor, Permission.DOWNLOAD_EVIDENCE) else ""
    text = f"You act as {acting}: you see all of it{seals}. Acting on it: {needed}"
    return {"title": "This run is read-only for your role.", "text": text}


def _row(x: ListedRun, to: Link) -> dict[str, Any]:
    step = "" if x.end else f"{x.done + 1}. {STEPS[min(x.done + 1, 6)]}"
    return {
        "ref": str(x.run),
        "href": to("recovery-run", x.run.number),
        "state": x.end.how if x.end else "open",
        "title": x.run.title,
        "scope": period_words(x.run),
        "step": step,
        "gaps": x.gaps,
        "owner": x.planned.owner,
        "opened_at": x.run.opened_at,
        "ended_at": x.end.ended_at if x.end else None,
        "freeze_until": x.planned.freeze_until if x.done and not x.end else None,
    }


def _gate(found: WholeRun) -> dict[str, Any] | None:
    due = found.standing.next_step
    if not found.gate:
        return None
    # Classes and corrections are work themselves; their gate is the one behind them.
    opens = due + 1 if due in (CLASSIFY, CORRECT) else due
    rows = [{"ok": c.met, "text": as_sentence(in_major(c.text, "")).rstrip(".")} for c in found.gate]
    return {
        "to": "the close" if due == TIGHTEN else f"step {opens}",
        "open": all(c.met for c in found.gate),
        "rows": rows,
    }


def _work(
    found: WholeRun, step: int, may: bool, many: bool, actor: Actor, to: Link, close: forms.Form
) -> dict[str, Any]:
    """The work of the step that is due."""
    number = found.standing.run.number
    act = {
        "href": reverse("recovery-step", args=[number, step]),
        "key": new_key(),
        "may": may and found.standing.end is None,
        "who": who(Permission.RUN_RECOVERY),
    }
    head: dict[str, Any] = {
        "kind": {FREEZE: "freeze", EXPORT: "ask", RERUN: "ask"}.get(step, WORK.get(step, "")),
        "title": f"{step}. {STEPS[step]}",
        "act": act,
    }
    if step == FREEZE:
        return head | freeze_work()
    if step in (EXPORT, RERUN):
        return head | ask_work(found, step)
    if step == CLASSIFY:
        return (
            head
            | classify_work(found, many, actor, to)
            | {"verb": "Close the classes", "left": found.gaps - found.classed}
        )
    if step == TIGHTEN:
        return head | tighten_work(found, actor, to, close)
    return head | correct_work(found, actor, to)
