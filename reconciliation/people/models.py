"""Persons, their sign-ins, memberships and tokens. SQL owns the schema (people/sql/)."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from ledger.models import Tenant, tenant_column

PROTECT = models.PROTECT


class Person(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    language = models.TextField(default="en")

    class Meta:
        managed = False
        db_table = "reconciliation_person"

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser):
    """A sign-in. The human behind it is `person`."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=PROTECT, related_name="users")
    email = models.TextField(unique=True)
    password = models.TextField()
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager["User"]()

    @property
    def is_superuser(self) -> bool:
        """Nobody is: libraries ask, and let whoever is one pass everywhere. It cannot be set."""
        return False

    class Meta:
        managed = False
        db_table = "reconciliation_user"

    def __str__(self) -> str:
        return self.email


class Membership(models.Model):
    class Role(models.TextChoices):
        SUPPORT = "support"
        ANALYST = "analyst"
        CONTROLLER = "controller"
        POLICY_ADMIN = "policy_admin"
        AUDITOR = "auditor"
        OPERATOR = "operator"

    tenant = models.ForeignKey(Tenant, on_delete=PROTECT)
    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=PROTECT, related_name="memberships")
    role = models.TextField(choices=Role.choices)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "reconciliation_membership"

    def __str__(self) -> str:
        return f"{self.user_id} as {self.role}"


class ApiToken(models.Model):
    """Acts as `user`, or as an integration when there is none."""

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=PROTECT, related_name="tokens", null=True)
    answered_by = models.ForeignKey(
        Person, on_delete=PROTECT, db_column="answered_by", related_name="answers_for", null=True
    )
    name = models.TextField()
    token_sha256 = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "reconciliation_api_token"

    def __str__(self) -> str:
        return self.name
