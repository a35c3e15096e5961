from datetime import datetime

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotFound, NotPermitted, ReasonMissing
from reconciliation.people.end_token import end_token
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import ApiToken
from reconciliation.people.who import tenant_and_actor_of_token
from tests.people import INTEGRATION, SET_UP


@pytest.fixture
def secret(acme: Tenant, noon: datetime) -> str:
    with tenant(acme.id):
        return issue_token(name="core", actor=SET_UP, at=noon)


def end(acme: Tenant, by: Actor, at: datetime, reason: str = "replaced", token_id: int | None = None) -> str:
    with tenant(acme.id):
        known = ApiToken.objects.order_by("id").first()
        assert known
        return end_token(token_id=known.id if token_id is None else token_id, reason=reason, actor=by, at=at)


def test_it_ends_at_once_and_the_trail_says_why(acme: Tenant, admin: Actor, secret: str, noon: datetime) -> None:
    assert tenant_and_actor_of_token(secret, noon)
    assert end(acme, admin, noon) == "core"
    assert tenant_and_actor_of_token(secret, noon) is None
    with tenant(acme.id):
        row = AuditEntry.objects.get(action="token.ended")
    assert (row.actor, row.subject, row.why) == (admin.id, "core", "replaced")
    with pytest.raises(NotFound):
        end(acme, admin, noon)


def test_it_refuses_whom_the_permission_is_not_given(
    acme: Tenant, maker: Actor, auditor: Actor, secret: str, noon: datetime
) -> None:
    for someone in (maker, auditor, INTEGRATION):
        with pytest.raises(NotPermitted):
            end(acme, someone, noon)
    assert tenant_and_actor_of_token(secret, noon)


def test_it_needs_a_reason_of_one_line(acme: Tenant, admin: Actor, secret: str, noon: datetime) -> None:
    with pytest.raises(ReasonMissing):
        end(acme, admin, noon, " ")
    for reason in ("x" * 501, "a\nb", "a\x00b"):
        with pytest.raises(BadInput):
            end(acme, admin, noon, reason)


@pytest.mark.parametrize("token_id", [0, 2**63 - 1, 2**70])
def test_an_unknown_one_is_not_found(acme: Tenant, admin: Actor, secret: str, noon: datetime, token_id: int) -> None:
    with pytest.raises(NotFound):
        end(acme, admin, noon, token_id=token_id)


def test_a_persons_is_theirs_to_end_and_another_tenants_is_not_there(
    acme: Tenant, rival: Tenant, admin: Actor, maker: Actor, noon: datetime
) -> None:
    with tenant(acme.id):
        make_own_token(name="script", proven_at=noon, actor=maker, at=noon)
    with pytest.raises(NotFound):
        end(acme, admin, noon)
    with tenant(rival.id):
        issue_token(name="core", actor=SET_UP, at=noon)
        theirs = ApiToken.objects.get().id
    with pytest.raises(NotFound):
        end(acme, admin, noon, token_id=theirs)
