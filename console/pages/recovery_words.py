"""The banner of every page while a recovery freezes the informal tools, and the words of its steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from console.display import grouped, moment, near_day, short_day
from console.pages.links import Link
from console.pages.words import plural
from reconciliation.recovery.runs.correcting import SETTLED
from reconciliation.recovery.runs.models import RecoveryRun
from reconciliation.recovery.runs.run_pages import WholeRun
from reconciliation.recovery.runs.standing import CLASSIFY, CORRECT, EXPORT, FREEZE, RERUN, STEPS, TIGHTEN
from reconciliation.shell_figures import OpenRecovery

TOOLS = "Overrides of checkpoints, reposting without a request, and moves of orders by hand"
FROZEN = {
    "policy.override": "Overrides: no checkpoint is lifted for a time",
    "posting.repost": "Reposting without a request: no system books a transaction again in place of a failed or reversed one",
    "commerce.move_by_hand": "Moves of orders by hand on the order's page, also by request",
}
STILL = (
    "Corrections by request, which a second person approves: reversals, repostings, bookings, confirmations, identifications",
    "In step 5 the move of a gap's own order, asked for at the gap and approved by a second person",
    "Everything that runs by itself: webhooks, statements, postings, checks, and rules",
)
NOT_REACHED = "Not reached before the run was stopped"
LOCKED = {
    FREEZE: "",
    EXPORT: "Opens when the informal tools are frozen",
    RERUN: "Opens when the event log is exported",
    CLASSIFY: "Opens when the matcher was re-run",
    CORRECT: "Opens when every gap has a class",
    TIGHTEN: "Opens when every gap is corrected or accepted",
}


def freeze_banner(runs: Sequence[OpenRecovery], to: Link, now: datetime) -> dict[str, str] | None:
    """One of `shell.banners` while a recovery's freeze is in force, None else."""
    frozen = [run for run in runs if run.frozen]
    if not frozen:
        return None
    named = ", ".join(f"RR-{run.number}" for run in frozen)
    last = max(run.freeze_until for run in frozen)
    planned = f"planned until {near_day(last.date())} {last:%H:%M} UTC"
    over = ", and overrun" if last <= now else ""
    many = len(frozen) > 1
    href = to("recovery") if many else to("recovery-run", frozen[0].number)
    return {
        "tone": "warn",
        "icon": "snowflake",
        "href": href,
        "label": "See them" if many else f"Open {named}",
        "text": f"Freeze by recovery {named}, {planned}{over}. {TOOLS} are refused to everybody until it has ended;"
        " corrections by request go on.",
    }


def short(digest: str) -> str:
    """A digest's ends, for a list; the whole stands where it is looked at."""
    return f"{digest[:4]}…{digest[-2:]}"


def period_words(run: RecoveryRun) -> str:
    """The scope in one line: "20 Mar to 21 Mar, all accounts, all payments"; the last day is the last one inside."""
    last = run.until_on.fromordinal(run.until_on.toordinal() - 1)
    days = short_day(run.first_on) if last == run.first_on else f"{short_day(run.first_on)} to {short_day(last)}"
    accounts = f"accounts {', '.join(run.accounts)}" if run.accounts else "all accounts"
    payments = plural(len(run.payments), "payment") if run.payments else "all payments"
    return f"{days} {last.year}, {' ↔ '.join(run.planes)}, {accounts}, {payments}"


def steps_of(found: WholeRun, look: int) -> list[dict[str, Any]]:
    """The list on the left: {n, title, state: done|cur|lock, words, digest, href, looked, progress: {of, done}|None}."""
    standing = found.standing
    told = []
    for n, title in STEPS.items():
        done, due = n in standing.steps, n == standing.next_step and standing.end is None
        row: dict[str, Any] = {
            "n": n,
            "title": title,
            "state": "done" if done else "cur" if due else "lock",
            "looked": n == look,
            "progress": None,
            "words": _done_words(n, found) if done else NOT_REACHED if standing.end else LOCKED[n],
            "digest": "",
            "href": f"?step={n}" if done else "",
        }
        if due:
            row["words"], row["progress"] = _due_words(n, found)
        told.append(row)
    return told


def _due_words(step: int, found: WholeRun) -> tuple[str, dict[str, int] | None]:
    """What is done of the step at work, and its bar."""
    if step == CLASSIFY:
        done, words = found.classed, "classified, classes not merged"
    elif step == CORRECT and found.correcting:
        done = sum(f.gaps for f in found.correcting.figures if f.state in SETTLED)
        words = "corrected or accepted"
    else:
        return "", None
    said = f"{grouped(str(done))} of {grouped(str(found.gaps))} {words}"
    return said, {"of": found.gaps, "done": done} if found.gaps else None


def _done_words(step: int, found: WholeRun) -> str:
    standing, said = found.standing, found.standing.said(step)
    row = standing.steps[step]
    if step == FREEZE:
        ended = standing.end.ended_at if standing.end else None
        until = (
            f"until {moment(ended)}"
            if ended
            else f"planned until {moment(found.planned.freeze_until if found.planned else standing.run.freeze_until)}"
        )
        return (
            f"{plural(len(said['moves']), 'informal tool')} closed {moment(row.done_at)} by {row.done_by}, {until}. "
            f"{plural(found.refused, 'attempt')} refused, 0 let through."
        )
    if step == EXPORT:
        days = period_words(standing.run).split(",")[0]
        return f"{plural(said['events'], 'provider event')}, {days}. sha256 {short(said['log_sha256'])}"
    if step == RERUN:
        versions = ", ".join(f"v{n}" for n in said["versions"])
        return f"Matcher {versions}, tolerances unchanged. {said['matched']:,} matched, {plural(said['gaps'], 'gap')}."
    if step == TIGHTEN:
        drafts = [d for d in said["drafts"] if d["state"] == "active"]
        what = (
            f"{plural(len(drafts), 'checkpoint')} put in force"
            if drafts
            else "No checkpoint put in force, with a reason"
        )
        return f"{what}; asked for by {said['asked_by']}, approved by {said['approved_by']}."
    if step == CORRECT:
        return f"{plural(said['corrected'], 'gap')} corrected and seen gone, {said['accepted']:,} accepted."
    by = f"{plural(said['decisions'], 'decision')} by {plural(said['people'], 'person', 'people')}"
    return f"{plural(said['gaps'], 'gap')} classified in {by}."
