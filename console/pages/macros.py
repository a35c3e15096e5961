"""Macros as the payment's page and the settings show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.pages.links import link
from reconciliation.lookup.macros import PLACEHOLDERS, rendered
from reconciliation.lookup.models import Macro
from reconciliation.lookup.phrases import LANGUAGES

KEYS = "123456789"
MEANS = {
    "payment_id": "the payment's name over all planes", "order": "the shop's order",
    "merchant_reference": "the merchant's reference",
    "amount": "with every digit, as the language writes it", "sentence": "how it stands, as said on the page",
}  # fmt: skip


def macro_rows(found: Sequence[Macro], values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each with its text for this payment, or with what the payment has nothing for. The first nine have a key."""
    rows = []
    for place, macro in enumerate(found):
        text, missing = rendered(macro.text, values)
        rows.append(
            {"name": macro.name, "text": text, "missing": ", ".join(name.replace("_", " ") for name in missing),
             "key": KEYS[place] if place < len(KEYS) else ""}
        )  # fmt: skip
    return rows


def macros_page(found: Sequence[Macro], *, may: bool) -> dict[str, Any]:
    """templates/settings/macros.html. may: whether the reader may end one."""
    return {
        "macros": [
            {"name": m.name, "language": LANGUAGES[m.language], "code": m.language, "version": m.version, "text": m.text,  # type: ignore[index]
             "saved_at": m.saved_at, "saved_by": m.saved_by,
             "edit_href": link("settings-macros", macro=m.name, lang=m.language) + "#set-h"}
            for m in found
        ],
        "placeholders": [(f"{{{name}}}", MEANS[name]) for name in PLACEHOLDERS], "may": may,
    }  # fmt: skip
