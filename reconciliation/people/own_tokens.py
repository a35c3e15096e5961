"""What the page of one's own tokens shows."""

from ledger.actors import Actor
from reconciliation.people.models import ApiToken


def tokens_of(actor: Actor) -> list[ApiToken]:
    """The tokens of the sign-in that acts, in the tenant in scope; those in use first, then the newest. One query."""
    own = ApiToken.objects.filter(user__email=actor.id)
    return sorted(own.order_by("-id"), key=lambda token: token.ended_at is not None)
