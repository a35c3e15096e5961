"""The terms of a matcher as somebody asks for them, for any pair of planes. Pure: a document in, checked values out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciliation.errors import BadInput
from reconciliation.matching.planes.asked_terms import HOURS_OF, PAIRS, USUAL_HOURS, asked_terms, minor_by_asset

LEDGER_BANK = "ledger-bank"
ALL_PAIRS = (LEDGER_BANK, *PAIRS)
FORMS = ("letters_and_digits", "exact")
MOST_DAYS, LONGEST_PATTERN = 30, 300


@dataclass(frozen=True, slots=True)
class AskedMatcher:
    """`document` holds what is of the pair, as drafts and requests keep it; `columns` what a version stores, whole."""

    pair: str
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        said = self.document
        return {
            "value_date_days": said.get("value_date_days", 0), "amount_tolerance": said["tolerance"],
            "reference_form": said.get("reference_form", "exact"),
            "narrative_pattern": said.get("narrative_pattern", ""),
            "service_hours": USUAL_HOURS | said["hours"] if "hours" in said else {},
            "underpaid_up_to": said.get("underpaid_up_to", {}),
        }  # fmt: skip


def asked_matcher(pair: str, document: Mapping[str, Any]) -> AskedMatcher:
    """Raises BadInput naming the field."""
    if pair not in ALL_PAIRS:
        raise BadInput(f"a matcher is of {', '.join(ALL_PAIRS)}", "plane_pair")
    tolerance = _mapping(document, "tolerance")
    if pair != LEDGER_BANK:
        hours, underpaid = _mapping(document, "hours"), _mapping(document, "underpaid_up_to")
        return AskedMatcher(pair, asked_terms(pair, hours, tolerance, underpaid).payload)
    days, form = document.get("value_date_days"), document.get("reference_form")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
        raise BadInput(f"a value date window is 0 to {MOST_DAYS} banking days", "value_date_days")
    if form not in FORMS:
        raise BadInput(f"references are compared by {' or '.join(FORMS)}", "reference_form")
    said = {"value_date_days": days, "tolerance": minor_by_asset(tolerance, "tolerance"), "reference_form": form}
    return AskedMatcher(pair, said | {"narrative_pattern": _pattern(document)})


def document_of(pair: str, columns: Mapping[str, Any] | None) -> dict[str, Any]:
    """A version's terms as a document; the usual ones where none is in force. `columns` as `AskedMatcher.columns`."""
    said = columns or {}
    tolerance = said.get("amount_tolerance", {})
    if pair == LEDGER_BANK:
        return {
            "value_date_days": said.get("value_date_days", 2), "tolerance": tolerance,
            "reference_form": said.get("reference_form", FORMS[0]),
            "narrative_pattern": said.get("narrative_pattern", ""),
        }  # fmt: skip
    hours = USUAL_HOURS | said.get("service_hours", {})
    return {
        "hours": {name: hours[name] for name in HOURS_OF[pair]}, "tolerance": tolerance,
        "underpaid_up_to": said.get("underpaid_up_to", {}),
    }  # fmt: skip


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name, {})
    if not isinstance(value, dict):
        raise BadInput(f"{name.replace('_', ' ')} is given by name", name)
    return value


def _pattern(document: Mapping[str, Any]) -> str:
    pattern = document.get("narrative_pattern", "")
    if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN or "\x00" in pattern:
        raise BadInput(f"a pattern has at most {LONGEST_PATTERN} characters, without NUL", "narrative_pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        raise BadInput(f"narrative_pattern is not a pattern: {error}", "narrative_pattern") from error
    return pattern
