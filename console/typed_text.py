"""What somebody had written in a form that was refused: given back on the refusal's page, to be copied. Only fields that are known
to hold plain text are; what is sealed, proves who somebody is or ties a form to its page is never repeated."""

import re

from django.http import HttpRequest

# By the fields' names; a test holds every field of several lines to stand here.
TEXTS = {
    "note": "Note", "reason": "Reason", "why": "Why", "text": "Text", "summary": "Summary", "explanation": "Explanation",
    "untightened": "Why it is not tightened", "said": "What was said", "spoke_with": "Whom at the partner", "ticket": "Ticket",
    "reference": "Their reference", "title": "Title", "led_by": "What led to it", "refusal": "Refusal", "holidays": "Holidays",
    "mapping": "Mapping", "directions": "Directions", "payment_id": "Payment", "payments": "Payments",
    "accounts": "Accounts", "amount_tolerance": "Amount tolerance",
}  # fmt: skip
CLAUSE = re.compile(r"c(\d{1,2})-(.+)")
MOST, LONGEST = 40, 20_000  # fields, characters of one


def typed_text(request: HttpRequest) -> list[dict[str, str]]:
    """Label and text of each field that holds some, in the order of the form; nothing of a page that only asks."""
    if request.method != "POST":
        return []
    found = []
    for name, values in request.POST.lists():
        clause = CLAUSE.fullmatch(name)
        label = TEXTS.get(clause[2] if clause else name)
        if label:
            where = f"Clause {clause[1]}, {label.lower()}" if clause else label
            found += [{"label": where, "text": v[:LONGEST]} for v in values if v.strip()]
    return found[:MOST]
