"""Who may decide, as rows: delegations, what is restricted, and the rights on it."""

from typing import ClassVar

from django.contrib.auth.models import Permission
from django.db import models
from guardian.models import UserObjectPermissionBase

from ledger.models import Account, tenant_column
from reconciliation.people.models import Person, User

PROTECT = models.PROTECT
RIGHT = "decide_restricted"


class Delegation(models.Model):
    """A deciding role that `lender` holds and `delegate` may use, from an instant until before another."""

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    lender = models.ForeignKey(Person, on_delete=PROTECT, db_column="lender", related_name="lent")
    delegate = models.ForeignKey(Person, on_delete=PROTECT, db_column="delegate", related_name="borrowed")
    role = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    reason = models.TextField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=PROTECT, db_column="ended_by", related_name="+", null=True)

    class Meta:
        managed = False
        db_table = "approval_delegation"

    def __str__(self) -> str:
        return f"{self.role} of {self.lender_id} for {self.delegate_id}"


class Restriction(models.Model):
    """A ledger account, or a checkpoint policy by its key, about which only those decide who hold the right on this row."""

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=PROTECT, related_name="+", null=True)
    policy = models.TextField(null=True)
    made_at = models.DateTimeField()
    decision_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "approval_restriction"
        default_permissions = ()
        permissions: ClassVar = [(RIGHT, "May decide about what is restricted")]

    def __str__(self) -> str:
        return f"account {self.account}" if self.account_id else f"policy {self.policy}"


class Right(UserObjectPermissionBase):
    """django-guardian's row: a sign-in's right on a restriction."""

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=PROTECT, related_name="rights")
    permission = models.ForeignKey(Permission, on_delete=PROTECT, related_name="+")
    content_object = models.ForeignKey(Restriction, on_delete=PROTECT, related_name="rights")

    class Meta:
        managed = False
        db_table = "approval_right"

    def __str__(self) -> str:
        return f"{self.user_id} on {self.content_object_id}"
