"""The terms of a pair of planes as somebody asks for them: hours to wait, minor units to tolerate, minor units up to which an
underpayment is closed by rule. Pure: read once from what was typed, compared with what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.assets import EXPONENTS
from reconciliation.errors import BadInput
from reconciliation.matching.planes.findings import Pair

USUAL_HOURS = {"pay": 24, "confirm": 6, "post": 24, "parts": 24, "gap": 2}
HOURS_OF: dict[str, tuple[str, ...]] = {
    "commerce-provider": ("pay", "confirm", "parts", "gap"),
    "provider-ledger": ("post",),
}
PAIRS: tuple[Pair, ...] = ("commerce-provider", "provider-ledger")
MOST_HOURS, MOST_DIGITS = 2160, 30


@dataclass(frozen=True, slots=True)
class AskedTerms:
    """`hours` by what is waited for; `tolerance` and `underpaid_up_to` are minor units as text by asset."""

    hours: dict[str, int]
    tolerance: dict[str, str]
    underpaid_up_to: dict[str, str]

    @property
    def payload(self) -> dict[str, Any]:
        return {"hours": self.hours, "tolerance": self.tolerance, "underpaid_up_to": self.underpaid_up_to}


def asked_terms(
    pair: str, hours: Mapping[str, int], tolerance: Mapping[str, str], underpaid_up_to: Mapping[str, str]
) -> AskedTerms:
    """Raises BadInput naming the field."""
    if pair not in PAIRS:
        raise BadInput(f"terms are of {' or '.join(PAIRS)}", "plane_pair")
    if set(hours) != set(HOURS_OF[pair]):
        raise BadInput(f"hours are of {', '.join(HOURS_OF[pair])}", "hours")
    for name, value in hours.items():
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_HOURS:
            raise BadInput(f"a time to wait is 0 to {MOST_HOURS} hours", name)
    if underpaid_up_to and pair != "commerce-provider":
        raise BadInput("an underpayment is closed by rule between commerce and provider alone", "underpaid_up_to")
    return AskedTerms(
        dict(hours), minor_by_asset(tolerance, "tolerance"), minor_by_asset(underpaid_up_to, "underpaid_up_to")
    )


def minor_by_asset(given: Mapping[str, str], field: str) -> dict[str, str]:
    """Minor units as text by asset, those of 0 left out. Raises BadInput naming the field."""
    for asset, minor in given.items():
        if asset not in EXPONENTS:
            raise BadInput(f"no asset has the code {asset!r:.20}", field)
        if not (isinstance(minor, str) and minor.isascii() and minor.isdigit()) or len(minor) > MOST_DIGITS:
            raise BadInput(f"{asset}: minor units are a whole number", field)
    return {asset: str(int(minor)) for asset, minor in sorted(given.items()) if int(minor)}
