"""Reconcile now: who asked is on the trail, and the page says when it begins and when it has ended."""

import pytest

from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from tests.console.working import TODAY, analyst, books, signed_in, today  # noqa: F401
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_when_it_begins_and_when_it_has_ended(books: World, analyst: User) -> None:
    client = signed_in(analyst)
    for _ in range(2):
        reply = client.post("/drift/checks/", {"key": "k1"}, headers={"HX-Request": "true"})
        assert "5 accounts are being reconciled." in reply.headers["HX-Trigger"]
    with tenant(books.tenant_id):
        asked = AuditEntry.objects.get(action="drift.asked")
        OutboxItem.objects.update(state="done", done_at=TODAY)
    assert (asked.actor, asked.detail) == (analyst.email, {"accounts": 5})
    client.get("/strip/?run=k1")
    assert "Every account is checked anew." in client.get("/").content.decode()
    assert "Done:" not in client.get("/").content.decode()
