"""Saving a macro: versions are appended, by whom settings may be changed, each with its audit row."""

import pytest
from django.db import DatabaseError, connection, transaction

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.lookup.macro_versions import macros
from reconciliation.lookup.models import Macro
from reconciliation.lookup.save_macro import save_macro
from tests.people import SET_UP
from tests.reconciliation.books import NOW

pytestmark = pytest.mark.django_db


def save(name: str = "Delay", language: str = "en", text: str = "{sentence}", actor: Actor = SET_UP) -> Macro:
    return save_macro(name=name, language=language, text=text, actor=actor, at=NOW)


def test_versions_are_appended_and_each_change_is_on_the_trail(acme: Tenant) -> None:
    with tenant(acme.id):
        first, again, second = save(), save(), save(text="Sorry. {sentence}")
        assert (first.version, again.id, second.version) == (1, first.id, 2)
        assert [(m.name, m.text) for m in macros("en")] == [("Delay", "Sorry. {sentence}")]
        rows = AuditEntry.objects.filter(action="macro.saved").order_by("id")
        assert [(r.subject, r.detail["text"]) for r in rows] == [
            ("Delay (en) v1", "{sentence}"), ("Delay (en) v2", "Sorry. {sentence}"),
        ]  # fmt: skip


def test_each_language_has_its_own(acme: Tenant) -> None:
    with tenant(acme.id):
        save()
        save(language="fr", text="Bonjour. {sentence}")
        assert [(m.language, m.version) for m in macros()] == [("en", 1), ("fr", 1)]
        assert [m.text for m in macros("fr")] == ["Bonjour. {sentence}"]
        assert macros("de") == []


def test_it_refuses_whom_settings_are_not_given_to(acme: Tenant, support: Actor, auditor: Actor) -> None:
    with tenant(acme.id):
        for actor in (support, auditor):
            with pytest.raises(NotPermitted):
                save(actor=actor)
        assert not Macro.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"language": "tlh"}, {"name": ""}, {"text": "{txid}"}, {"text": "https://mempool.space/tx/1"}]
)
def test_it_refuses_what_cannot_be_sent(acme: Tenant, changed: dict[str, str]) -> None:
    with tenant(acme.id):
        with pytest.raises(BadInput) as refused:
            save(**changed)  # type: ignore[arg-type]
        assert refused.value.where == next(iter(changed))
        assert not Macro.objects.exists()


def test_another_tenant_has_none_of_them(acme: Tenant, rival: Tenant) -> None:
    with tenant(acme.id):
        save()
    with tenant(rival.id):
        assert macros() == []
        assert save().version == 1


def test_a_version_is_never_rewritten(acme: Tenant) -> None:
    with tenant(acme.id):
        save()
        with (
            pytest.raises(DatabaseError, match=r"append-only|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE payment_macro SET text = 'x'")
