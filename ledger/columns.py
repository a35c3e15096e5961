"""The column that every tenant's row carries."""

from django.db import models

from ledger.tenancy import CurrentTenant


def tenant_column() -> "models.IntegerField[int, int]":
    """The tenant of a row: named by the database, from the open scope."""
    return models.IntegerField(db_default=CurrentTenant(), editable=False)
