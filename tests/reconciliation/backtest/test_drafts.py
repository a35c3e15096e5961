"""Drafts: whoever sets up starts one, its maker alone edits it, and what was sent or dropped stands."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.backtest.drop_draft import drop_draft
from reconciliation.backtest.edit_draft import edit_draft
from reconciliation.backtest.models import SettingDraft
from reconciliation.backtest.request_dry_run import request_dry_run
from reconciliation.backtest.start_draft import start_draft
from reconciliation.errors import BadInput, CannotBe, NotFound, NotPermitted
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.backtest.bench import BANK, SHOP, Bench
from tests.reconciliation.books import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(acme: Tenant) -> Bench:
    return Bench(acme.id)


def edit(acme: Tenant, draft: SettingDraft, by: Actor, name: str = "Wider", **changed: Any) -> SettingDraft:
    with tenant(acme.id):
        return edit_draft(number=draft.number, name=name, document=BANK | changed, actor=by, at=NOW)


def test_its_maker_words_it_anew_and_each_wording_is_on_the_trail(acme: Tenant, bench: Bench, admin: Actor) -> None:
    draft = bench.draft(admin)
    changed = edit(acme, draft, admin, value_date_days=5)
    assert (changed.number, changed.document["value_date_days"]) == (1, 5)
    assert bytes(changed.document_sha256) != bytes(draft.document_sha256)
    edit(acme, draft, admin, value_date_days=5)
    with tenant(acme.id):
        assert list(AuditEntry.objects.filter(action__startswith="draft.").values_list("action", flat=True)) == [
            "draft.started", "draft.edited"
        ]  # fmt: skip


def test_nobody_else_edits_or_drops_it(acme: Tenant, bench: Bench, admin: Actor, user_of: UserMaker) -> None:
    draft = bench.draft(admin)
    other = acting(user_of("Other Admin", "policy_admin"), acme.id)
    with pytest.raises(NotPermitted, match="start one of your own"):
        edit(acme, draft, other)
    with tenant(acme.id), pytest.raises(NotPermitted):
        drop_draft(number=draft.number, actor=other, at=NOW)


def test_without_the_right_nobody_drafts(bench: Bench, maker: Actor, checker: Actor, auditor: Actor) -> None:
    for actor in (maker, checker, auditor, SET_UP):
        with pytest.raises(NotPermitted):
            bench.draft(actor)


def test_what_was_dropped_stands(acme: Tenant, bench: Bench, admin: Actor) -> None:
    draft = bench.draft(admin)
    with tenant(acme.id):
        drop_draft(number=draft.number, actor=admin, at=NOW)
    with pytest.raises(CannotBe, match="was dropped"):
        edit(acme, draft, admin)
    with pytest.raises(IntegrityError, match="draft 1 is dropped"), tenant(acme.id), connection.cursor() as cursor:
        cursor.execute("UPDATE setting_draft SET name = 'another'")


def test_the_maker_of_a_draft_cannot_be_rewritten(acme: Tenant, bench: Bench, admin: Actor, raw_as: Any) -> None:
    with raw_as("app") as raw, pytest.raises(Exception, match="permission denied"):
        raw.execute("UPDATE setting_draft SET made_by = 1")


@pytest.mark.parametrize(
    ("subject", "changed", "where"),
    [
        ("ledger-bank", {"value_date_days": 31}, "value_date_days"),
        ("ledger-bank", {"value_date_days": True}, "value_date_days"),
        ("ledger-bank", {"reference_form": "soundex"}, "reference_form"),
        ("ledger-bank", {"narrative_pattern": "("}, "narrative_pattern"),
        (
            "ledger-bank",
            {"narrative_pattern": "(?P<x>a)"},
            "narrative_pattern",
        ),  # Python reads it, the database does not
        ("ledger-bank", {"tolerance": {"XXX": "1"}}, "tolerance"),
        ("ledger-bank", {"tolerance": {"ETB": "1.5"}}, "tolerance"),
        ("ledger-bank", {"tolerance": {"ETB": 5}}, "tolerance"),
        ("provider-ledger", SHOP, "hours"),
        ("commerce-provider", {"hours": {"pay": 1}}, "hours"),
        ("commerce-provider", {"hours": SHOP["hours"] | {"pay": 2161}}, "pay"),
        ("commerce-provider", {"tolerance": {"BTC": "１"}}, "tolerance"),
        ("nowhere", {}, "plane_pair"),
    ],
)
def test_terms_that_cannot_be_name_their_field(
    bench: Bench, admin: Actor, subject: str, changed: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInput) as refused:
        bench.draft(admin, subject, **changed)
    assert refused.value.where == where


def test_a_draft_of_nothing_known_is_refused(acme: Tenant, admin: Actor) -> None:
    for about, subject, error in (("weather", "x", BadInput), ("calendar", "no-such-account", NotFound)):
        with tenant(acme.id), pytest.raises(error):
            start_draft(about=about, subject=subject, name="n", document={}, actor=admin, at=NOW)


def test_a_dry_run_is_asked_once_over_past_days_by_whoever_reconciles(
    acme: Tenant, bench: Bench, admin: Actor, checker: Actor, auditor: Actor
) -> None:
    draft = bench.draft(admin, "provider-ledger", hours={"post": 3})

    def ask(by: Actor, **days: Any) -> Any:
        with tenant(acme.id):
            return request_dry_run(number=draft.number, key="k1", actor=by, at=NOW, **days)

    with pytest.raises(NotPermitted):
        ask(auditor)
    today = NOW.date()
    for first, until in ((today, today), (today, today.replace(day=29)), (today.replace(year=2025), today)):
        with pytest.raises(BadInput) as refused:
            ask(admin, from_on=first, until_on=until)
        assert refused.value.where == "from_on"
    made = ask(checker)
    assert (made.from_on.isoformat(), made.until_on) == ("2026-02-20", today)
    assert ask(checker).id == made.id
    with tenant(acme.id):
        assert AuditEntry.objects.filter(action="dry_run.asked").count() == 1


def test_without_a_matcher_there_is_nothing_to_compare_with(acme: Tenant, bench: Bench, admin: Actor) -> None:
    draft = bench.draft(admin)
    with tenant(acme.id), pytest.raises(CannotBe, match="no matcher is in force"):
        request_dry_run(number=draft.number, key="k1", actor=admin, at=NOW)
