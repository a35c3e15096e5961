"""The language of one's sentences: the person's own, kept, and on the trail."""

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.lookup.phrases import LANGUAGES
from reconciliation.people.choose_language import KNOWN, choose_language
from reconciliation.people.models import Person
from tests.reconciliation.books import NOW

pytestmark = pytest.mark.django_db


def test_it_is_kept_for_the_person_alone_and_once_on_the_trail(acme: Tenant, support: Actor, maker: Actor) -> None:
    with tenant(acme.id):
        for _ in range(2):
            choose_language(language="fr", actor=support, at=NOW)
        assert Person.objects.get(pk=support.person_id).language == "fr"
        assert Person.objects.get(pk=maker.person_id).language == "en"
        (row,) = AuditEntry.objects.filter(action="language.chosen")
        assert (row.actor, row.detail) == (support.id, {"language": "fr"})


def test_it_refuses_a_language_that_nobody_wrote(acme: Tenant, support: Actor) -> None:
    with tenant(acme.id), pytest.raises(BadInput):
        choose_language(language="tlh", actor=support, at=NOW)
    assert set(KNOWN) == set(LANGUAGES)


def test_it_refuses_who_sees_no_payments(acme: Tenant) -> None:
    with tenant(acme.id), pytest.raises(NotPermitted):
        choose_language(language="fr", actor=Actor("job", "x", frozenset({"job"})), at=NOW)
