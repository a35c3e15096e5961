"""What the queue says where it holds nothing: why, and what next."""

from collections.abc import Sequence

from console.display import plain, short_day
from console.pages.links import link
from console.pages.queue_links import capped, case_href, here
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import MOST_SHOWN, Asked
from reconciliation.cases.queue_counts import Around


def not_found(asked: Asked, outside: Sequence[ExceptionCase]) -> dict[str, str]:
    """What to say where a search found nothing: where else it stands, or where it was looked for."""
    step = {"href": here(Asked(asked.view)), "label": "Remove the search"}
    if outside:
        first = outside[0]
        said = ", ".join(_standing(case) for case in outside)
        step = {"href": case_href(first, Asked()), "label": f"Open {first}", "href2": step["href"],
                "label2": step["label"]}  # fmt: skip
        return {"title": f"No case of this list carries {asked.q}", "text": f"Found outside of it: {said}.", **step}
    text = (
        "Looked for it among the numbers, payment ids and partner references of all cases, resolved ones too. "
        "The beginning of an id is enough; upper and lower case count."
    )
    return {"title": f"No case carries {asked.q}", "text": text, **step}


def _standing(case: ExceptionCase) -> str:
    ended = f", resolved {short_day(case.resolved_at.date())}" if case.resolved_at else f", {plain(case.state)}"
    return f"{case}{ended}"


def empty(asked: Asked, around: Around) -> dict[str, str]:
    """Of a view without cases, or of filters that leave none."""
    if asked.query.keys() - {"view", "sort"}:
        kept = here(Asked(asked.view))
        return {"title": "No case matches these filters",
        "text": "Every filter has to hold at once. Take one away to see more.",
                "href": kept, "label": "Remove the filters"}  # fmt: skip
    if not around.counts["all"]:
        return {"title": "Nothing is open",
        "text": "Every difference that the last checks found is settled. New ones open here "
                "as statements come in.", "href": link("home"), "label": "Open the drift heartbeat"}  # fmt: skip
    titles = {"mine": "No case is assigned to you", "drift": "The last day checked left nothing open",
    "week": "Nothing is due this week",
              "unassigned": "Every open case has an owner", "waiting": "No case waits for approval",
              "overdue": "Nothing is overdue",
              "snoozed": "Nothing is snoozed"}  # fmt: skip
    unassigned = around.counts["unassigned"]
    all_open = capped(around.counts["all"], MOST_SHOWN)
    text = f"Open cases: {all_open}, without an owner: {capped(unassigned, MOST_SHOWN)}."
    step = ("unassigned", "Open the unassigned") if unassigned and asked.view != "unassigned" else ("all", "Open all")
    return {
        "title": titles.get(asked.view, "No case stands here"),
        "text": text,
        "href": here(Asked(step[0])),
        "label": step[1],
    }
