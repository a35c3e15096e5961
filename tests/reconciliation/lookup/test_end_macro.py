"""Ending a macro: it is offered no longer, and its versions stay."""

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import NotFound, NotPermitted
from reconciliation.lookup.end_macro import end_macro
from reconciliation.lookup.macro_versions import macros
from reconciliation.lookup.models import Macro
from tests.people import SET_UP
from tests.reconciliation.books import NOW
from tests.reconciliation.lookup.test_save_macro import save

pytestmark = pytest.mark.django_db


def end(actor: Actor = SET_UP, name: str = "Delay", language: str = "en") -> Macro:
    return end_macro(name=name, language=language, actor=actor, at=NOW)


def test_it_is_offered_no_longer_and_may_be_saved_again(acme: Tenant) -> None:
    with tenant(acme.id):
        save()
        save(language="de")
        end()
        assert [m.language for m in macros()] == ["de"]
        assert AuditEntry.objects.get(action="macro.ended").subject == "Delay (en) v1"
        assert save().version == 3


def test_it_refuses_whom_settings_are_not_given_to(acme: Tenant, support: Actor) -> None:
    with tenant(acme.id):
        save()
        with pytest.raises(NotPermitted):
            end(support)
        assert len(macros()) == 1


def test_it_refuses_what_does_not_stand_and_ends_once(acme: Tenant) -> None:
    with tenant(acme.id):
        save()
        with pytest.raises(NotFound):
            end(language="fr")
        end()
        with pytest.raises(NotFound):
            end()
        assert Macro.objects.count() == 2
