"""What stands before every view: the verb, and the right. A page that its reader may not open answers like one that
does not exist and names nothing; an act that its reader may not do is refused with the reason, and audited."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.people.models import User
from reconciliation.people.who import TenantName
from reconciliation.permissions import Permission, allowed, require

Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[..., Answer]  # what a view answers with stays known


class Signed(HttpRequest):
    """A request inside its tenant's scope, as the middleware hands it to a view."""

    actor: Actor
    at: datetime
    tenant: TenantName
    tenants: list[TenantName]
    refusal: Exception
    answered: Exception
    """A refused attempt that the view itself answered, its form still at hand: it goes on the trail all the same."""
    user: User


def opens(permission: Permission) -> Callable[[View[Answer]], View[Answer]]:
    """The view is a page or a part of one: GET alone, 404 without the right."""

    def wrap(view: View[Answer]) -> View[Answer]:
        @require_safe
        @wraps(view)
        def guarded(request: Signed, *args: object, **named: object) -> Answer:
            if not allowed(request.actor, permission):
                raise NotFound(f"{request.path} is no page of yours")
            return view(request, *args, **named)

        return guarded

    return wrap


def writes(permission: Permission) -> Callable[[View[Answer]], View[Answer]]:
    """The view acts: POST alone, refused with the reason without the right. The use case asks again, by itself."""

    def wrap(view: View[Answer]) -> View[Answer]:
        @require_POST
        @wraps(view)
        def guarded(request: Signed, *args: object, **named: object) -> Answer:
            require(request.actor, permission)
            return view(request, *args, **named)

        guarded.is_act = True  # type: ignore[attr-defined] # told apart by who looks for the page of an act
        return guarded

    return wrap
