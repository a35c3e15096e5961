"""The page of one's own tokens as its template takes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from console.pages.links import link
from console.pages.settings import box
from console.pages.token_rows import token_row
from ledger.actors import Actor
from reconciliation.people.models import ApiToken
from reconciliation.people.store_token import OWN_LIFETIME


def own_tokens_page(
    found: Sequence[ApiToken], form: forms.Form, actor: Actor, at: datetime, issued: tuple[str, str] | None = None
) -> dict[str, Any]:
    """templates/tokens/own.html. `issued`: name and secret of the token made just now."""
    rows = [token_row(t, at) | {"end_href": link("own-token-end", t.id)} for t in found]
    says = (
        f"It acts as {actor.name or actor.id} for {OWN_LIFETIME.days} days, or until you end it or change your"
        " password. The secret is shown once, on the next page."
    )
    return {
        "tokens": rows, "issued": {"name": issued[0], "secret": issued[1]} if issued else None,
        "box": box("own-token-make", form, "Make a token", "Make token", says),
    }  # fmt: skip
