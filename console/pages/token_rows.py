"""A token as a row of a page: when it was made and last used, until when it holds, and whether it still does."""

from datetime import datetime
from typing import Any

from reconciliation.people.models import ApiToken


def token_row(token: ApiToken, at: datetime) -> dict[str, Any]:
    """What templates/components/token_cells.html takes of a token, beside its name. `in_use` while it opens anything."""
    return {
        "name": token.name, "created_at": token.created_at, "last_used_at": token.last_used_at,
        "expires_at": token.expires_at, "ended_at": token.ended_at, "expired": token.expires_at <= at,
        "in_use": token.ended_at is None and at < token.expires_at,
    }  # fmt: skip
