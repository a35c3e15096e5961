"""Set a sign-in's new password. What acted as the person by the old one ends with it: their tokens, in every tenant."""

from datetime import datetime

from django.db import connection
from django.db.transaction import atomic

from reconciliation.people.models import User


def change_password(*, user: User, password: str, at: datetime) -> int:
    """Store the password, end the sign-in's tokens and write both on the trails, in one database transaction; answers
    how many tokens ended. Needs no scope: a sign-in belongs to no tenant. Whoever calls has made sure who asks."""
    with atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT guard.password_changed(%s, %s)", [user.pk, at])
            (ended,) = cursor.fetchone()
    return int(ended)
