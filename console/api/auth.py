"""Token authentication, and the tenant scope around every API view."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from console.api.bodies import LARGEST_JSON, refuse_too_large
from console.api.problems import problem
from console.http import REFUSALS
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.errors import BadInput
from reconciliation.people.who import tenant_and_actor_of_token
from reconciliation.refused_attempts import AUDITED, record_attempt


class Caller:
    """The caller as DRF wants a user: authenticated, with the actor and tenant behind the token."""

    is_authenticated = True

    def __init__(self, tenant_id: int, actor: Actor) -> None:
        self.tenant_id, self.actor = tenant_id, actor


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer pl_…`. The tenant comes from the token alone."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        words = get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() != b"bearer":
            return None
        try:
            found = tenant_and_actor_of_token(words[1].decode("ascii"), datetime.now(UTC))
        except UnicodeDecodeError as error:
            raise AuthenticationFailed("the token is not ASCII") from error
        if found is None:
            raise AuthenticationFailed("no such token, or it has ended or expired")
        return Caller(*found), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AlwaysJson(BaseContentNegotiation):
    """Whatever a caller says to accept, the answer is JSON: a refusal that it cannot read would help nobody."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        first = next(iter(renderers))
        return first, first.media_type


class TenantView(APIView):
    """An API view whose handlers run inside the token's tenant scope (see in_scope). `largest`: the bytes a body may have.
    `query`: the parameters it knows. Another is refused: a filter that is mistyped must not answer with everything."""

    authentication_classes = (TokenAuthentication,)
    content_negotiation_class = AlwaysJson
    largest = LARGEST_JSON
    query: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_too_large(request._request, self.largest)
        if unknown := sorted(set(request.query_params) - self.query):
            raise BadInput(f"unknown parameter {unknown[0]!a:.80}", f"{unknown[0]:.80}")


def in_scope(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a handler: it is called as handler(self, request, actor, at, …) inside the tenant's scope."""

    @wraps(handler)
    def scoped(self: APIView, request: Request, who: Caller, at: datetime, *args: Any, **kwargs: Any) -> Response:
        with tenant(who.tenant_id):
            response = handler(self, request, who.actor, at, *args, **kwargs)
            response.data  # noqa: B018  the scope must not close before lazy data is read
            return response

    return opening_scope(scoped)


def opening_scope(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a handler that opens the scope itself: it is called as handler(self, request, caller, at, …). A refusal
    becomes a problem document, and one that somebody should know of stands in the audit trail."""

    @wraps(handler)
    def answered(self: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        who, at = cast(Caller, request.user), datetime.now(UTC)
        bind_contextvars(tenant_id=who.tenant_id, actor=who.actor.id)
        try:
            return handler(self, request, who, at, *args, **kwargs)
        except REFUSALS as error:
            if isinstance(error, AUDITED):
                with tenant(who.tenant_id):
                    record_attempt(error, f"{request.method} {request.path}", actor=who.actor, at=at)
            return problem(error)

    return answered


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        said = "It names the tenant. An integration's is issued in Settings, a person's own under Your tokens."
        return {"type": "http", "scheme": "bearer", "description": said}
