"""Save how a bank writes its CSV. Versions are appended, never edited: an import keeps the one that it was read
with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats import csv_profile
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.models import CsvProfile
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require


def save_profile(*, name: str, mapping: Mapping[str, Any], actor: Actor, at: datetime) -> CsvProfile:
    """Append the next version of the profile; the same mapping again is the version that stands.

    Raises NotPermitted, BadInput naming the setting that cannot work.
    """
    require(actor, Permission.SET_UP)
    name = name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise BadInput("a profile has a printable name of at most 80 characters", "name")
    saved = {**mapping, "name": name}
    try:
        profile_from(saved)
    except StatementRefused as refusal:
        raise BadInput(refusal.message, refusal.where) from refusal
    with connection.cursor() as cursor:  # two savers at once would take the same number
        cursor.execute("SELECT pg_advisory_xact_lock(7005, hashtext(%s))", [name])
    last = CsvProfile.objects.filter(name=name).order_by("-version").first()
    if last is not None and last.mapping == saved:
        return last
    version = last.version + 1 if last else 1
    row = CsvProfile.objects.create(name=name, version=version, mapping=saved, saved_at=at)
    audit.record(actor, at, "profile.saved", f"{name} v{version}")
    return row


def find_profile(name: str) -> CsvProfile:
    """The newest version under a name. Raises NotFound."""
    row = CsvProfile.objects.filter(name=name).order_by("-version").first()
    if row is None:
        raise NotFound(f"no CSV profile is saved under the name {name!r:.80}")
    return row


def read_profile(row: CsvProfile) -> csv_profile.CsvProfile:
    """The saved profile as the reader takes it."""
    return profile_from(row.mapping)
