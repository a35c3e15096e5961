"""Columns that many tables share."""

from typing import Any

from django.db import models


def minor(*, null: bool = False) -> "models.DecimalField[Any, Any]":
    """An amount in integer minor units, exact beyond 64 bits."""
    return models.DecimalField(max_digits=60, decimal_places=0, null=null)


def random_id() -> "models.UUIDField[Any, Any]":
    """The public id beside a number that would tell how many there are."""
    return models.UUIDField(db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField()))
