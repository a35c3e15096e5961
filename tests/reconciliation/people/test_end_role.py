from datetime import datetime

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import LastAdmin, NotFound, NotPermitted
from reconciliation.people.end_role import end_role
from reconciliation.people.models import Membership, User
from tests.people import INTEGRATION, UserMaker


def end(acme: Tenant, user: User, by: Actor, at: datetime, role: str = "policy_admin") -> None:
    with tenant(acme.id):
        end_role(user, role, actor=by, at=at)


def admins(acme: Tenant) -> int:
    with tenant(acme.id):
        return Membership.objects.filter(role="policy_admin", ended_at=None).count()


def test_it_ends_and_is_on_the_trail(acme: Tenant, admin: Actor, user_of: UserMaker, noon: datetime) -> None:
    user = user_of("Anna", "analyst")
    end(acme, user, admin, noon, "analyst")
    with tenant(acme.id):
        row = AuditEntry.objects.get(action="role.ended")
    assert (row.actor, row.subject, row.detail) == (admin.id, user.email, {"role": "analyst"})
    with pytest.raises(NotFound):
        end(acme, user, admin, noon, "analyst")


def test_the_last_admin_stays(acme: Tenant, admin: Actor, user_of: UserMaker, noon: datetime) -> None:
    me, other = User.objects.get(email=admin.id), user_of("Second", "policy_admin")
    end(acme, other, admin, noon)
    with pytest.raises(LastAdmin, match="give the role to somebody else first"):
        end(acme, me, admin, noon)
    assert admins(acme) == 1
    user_of("Third", "policy_admin")
    end(acme, me, admin, noon)
    assert admins(acme) == 1


def test_admins_of_another_tenant_and_closed_sign_ins_do_not_count(
    acme: Tenant, rival: Tenant, admin: Actor, user_of: UserMaker, noon: datetime
) -> None:
    user_of("Theirs", "policy_admin", tenant_id=rival.id)
    closed = user_of("Closed", "policy_admin")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(LastAdmin):
        end(acme, User.objects.get(email=admin.id), admin, noon)
    end(acme, closed, admin, noon)


def test_it_refuses_whom_the_permission_is_not_given(
    acme: Tenant, maker: Actor, user_of: UserMaker, noon: datetime
) -> None:
    for someone in (maker, INTEGRATION):
        with pytest.raises(NotPermitted):
            end(acme, user_of("Anna", "analyst"), someone, noon, "analyst")
