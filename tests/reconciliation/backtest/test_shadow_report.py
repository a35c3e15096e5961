"""A version under evaluation beside the live checkpoints, as its page shows it."""

from datetime import datetime, timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.backtest.shadow_report import differing_decisions, shadow_report
from reconciliation.checkpoints.decide import record_decision, record_refused
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import ForbiddenByPolicy
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from tests.checkpoints import put_in_force, two_admins
from tests.people import UserMaker
from tests.reconciliation.backtest.past import forbids

pytestmark = pytest.mark.django_db


@pytest.fixture
def admins(user_of: UserMaker, acme: Tenant) -> tuple[Actor, Actor]:
    return two_admins(user_of, acme.id)


def test_it_counts_pairs_of_answers_and_names_the_rules(
    acme: Tenant, noon: datetime, admins: tuple[Actor, Actor]
) -> None:
    put_in_force(acme.id, forbids("fee"), maker=admins[0], checker=admins[1], at=noon)
    with tenant(acme.id):
        draft = save_draft(document=forbids("deposit"), seen_edits=None, actor=admins[0], at=noon)
        start_evaluation(key="trial-checkpoint", number=draft.number, actor=admins[0], at=noon)
        ids = []
        for n, use_case in enumerate(("deposit", "payout", "deposit")):
            move = Move("posting.post", {"use_case": use_case, "payment_id": f"p{n}"})
            ids.append(record_decision(move, at=noon + timedelta(hours=n), count=n + 1).id)
        with pytest.raises(ForbiddenByPolicy) as refused:
            record_decision(Move("posting.post", {"use_case": "fee"}), at=noon)
        tried = record_refused(refused.value.decision, at=noon)
        version = CheckpointVersion.objects.get(id=draft.id)
        report = shadow_report(version)
        page = differing_decisions(version, most=2)
        rest = differing_decisions(version, before=page[-1]["decision"])
    assert (report.since, report.decisions, report.differing) == (noon, 4, 3)
    assert [(c.direction, c.live, c.shadow, c.decisions, c.moves) for c in report.counts] == [
        ("looser", "forbidden", "automatic", 1, 1), ("stricter", "automatic", "forbidden", 2, 4),
        ("", "automatic", "automatic", 1, 2),
    ]  # fmt: skip
    assert [(r.direction, r.live_rule, r.shadow_rule, r.decisions, r.last_at) for r in report.rules] == [
        ("looser", "Trial checkpoint v1, clause 1", "Postings v1, clause 1", 1, noon),
        ("stricter", "Postings v1, clause 1", "Trial checkpoint v2, clause 1", 2, noon + timedelta(hours=2)),
    ]
    assert [d["decision"] for d in (*page, *rest)] == [tried, ids[2], ids[0]]
    assert page[1]["payment_id"] == "p2"


def test_a_version_that_nothing_met_says_so(acme: Tenant, noon: datetime, admins: tuple[Actor, Actor]) -> None:
    with tenant(acme.id):
        draft = save_draft(document=forbids("deposit"), seen_edits=None, actor=admins[0], at=noon)
        report = shadow_report(draft)
    assert (report.since, report.decisions, list(report.counts), list(report.rules)) == (None, 0, [], [])
