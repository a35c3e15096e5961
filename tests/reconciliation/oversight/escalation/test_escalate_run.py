"""The runbook's four rules on real books: each fires once however many runs see the same, and timing alone fires none."""

from datetime import timedelta

import pytest

from ledger.tenancy import tenant
from reconciliation.cases.models import CaseEvent
from reconciliation.errors import NotPermitted
from reconciliation.oversight.escalation.escalate_run import escalate_run
from reconciliation.oversight.escalation.models import Notification
from tests.people import SET_UP
from tests.reconciliation.books import NOW, march
from tests.reconciliation.oversight.escalation.watch import Watch, at_day

REJECTED = "T1 10 ewa 900 @D1"
NEVER_SENT = "L1 clr 11 -250 @X991"


def clean(watch: Watch, first: int, last: int) -> None:
    """Settlement days of every account checked clean, each in its own evening's run."""
    for day in range(first, last + 1):
        for account in watch.banks:
            watch.check_day(account, f"{day:02}", at=NOW)


def test_cause_1_tells_on_call_once_and_pages_nobody(watch: Watch) -> None:
    watch.play(REJECTED)
    for again in range(3):
        watch.check_day("clr", "10", at=NOW + timedelta(hours=again))
        watch.work(NOW + timedelta(hours=again))
    (case,) = watch.cases("clr", "10")
    assert watch.said() == [("cause-1", "follow-up", (str(case),))]


def test_a_cause_1_that_is_healed_before_the_job_runs_is_not_followed_up(watch: Watch) -> None:
    watch.play(REJECTED)
    watch.check_day("clr", "10")
    watch.play("L1 clr 10 -900 @D1")
    assert watch.check_day("clr", "10", at=NOW + timedelta(hours=1)).verdict == "CLEAN"
    watch.work(NOW + timedelta(hours=1))
    assert watch.said() == []


def test_a_case_that_comes_back_is_told_again(watch: Watch) -> None:
    """The line that healed it was stated in error and taken back by the bank: the same case opens again."""
    watch.play(REJECTED)
    watch.check_day("clr", "10")
    watch.work(NOW)
    case = watch.case("clr", "10")
    with tenant(watch.tenant_id):
        CaseEvent.objects.create(case=case, at=NOW, kind="reopened", actor="MR-0", text="back")
    watch.check_day("clr", "10", at=NOW + timedelta(hours=1))
    watch.work(NOW + timedelta(hours=1))
    assert watch.said() == [("cause-1", "follow-up", (str(case),))] * 2


def test_cause_4_pages_security_at_once(watch: Watch) -> None:
    watch.play(NEVER_SENT)
    watch.check_day("clr", "11")
    watch.work(NOW)
    watch.check_day("clr", "11", at=NOW + timedelta(hours=1))
    watch.work(NOW + timedelta(hours=1))
    (case,) = watch.cases("clr", "11")
    assert watch.said() == [("cause-4", "page", (str(case),))]


def test_drift_during_the_soak_is_told_once_for_a_run_of_clean_days(watch: Watch) -> None:
    clean(watch, 10, 12)
    watch.play("L1 clr 13 -250 @X991\nL2 clr 14 -260 @X992")
    for day in ("13", "14"):
        watch.check_day("clr", day)
    watch.work(NOW)
    assert watch.rules_said().count("soak-drift") == 1
    with tenant(watch.tenant_id):
        told = Notification.objects.get(rule_key="soak-drift")
    assert (told.statement["days"], told.statement["clean_days_ended"]) == (["2026-03-13"], 3)
    assert told.statement["cases"] == [str(watch.case("clr", "13"))]


def test_drift_with_no_clean_day_before_it_breaks_no_run(watch: Watch) -> None:
    watch.play(NEVER_SENT)
    watch.check_day("clr", "11")
    watch.work(NOW)
    assert "soak-drift" not in watch.rules_said()


def test_timing_alone_fires_none(watch: Watch) -> None:
    clean(watch, 9, 9)
    watch.play(REJECTED)
    for at in (at_day(10), at_day(11, 22)):
        assert watch.check_day("clr", "10", at=at).timing_only
        watch.work(at)
    watch.by_clock(at_day(11, 23))
    assert watch.said() == []


def test_an_unknown_day_fires_none(watch: Watch) -> None:
    watch.play(NEVER_SENT)
    assert watch.reconcile("clr", march("17"), NOW).verdict == "UNKNOWN"
    watch.work(NOW)
    assert watch.said() == []


def test_drift_for_more_than_a_day_over_several_runs_pages_once(watch: Watch) -> None:
    watch.play(NEVER_SENT)
    watch.check_day("clr", "11", at=NOW)
    watch.by_clock(NOW + timedelta(hours=25))
    watch.work(NOW + timedelta(hours=25), "escalate")
    assert "sustained-drift" not in watch.rules_said(), "one run is not several"
    watch.check_day("clr", "11", at=NOW + timedelta(hours=23))
    watch.by_clock(NOW + timedelta(hours=24))
    assert "sustained-drift" not in watch.rules_said(), "24 hours are not more than 24"
    for hours in (25, 26, 50):
        watch.by_clock(NOW + timedelta(hours=hours))
    watch.check_day("clr", "11", at=NOW + timedelta(hours=51))
    watch.work(NOW + timedelta(hours=51))
    assert watch.rules_said().count("sustained-drift") == 1


def test_drift_that_heals_within_the_day_pages_nobody(watch: Watch) -> None:
    watch.play("T1 10 ewa 900 @D1")
    watch.check_day("clr", "10", at=NOW)
    watch.check_day("clr", "10", at=NOW + timedelta(hours=10))
    watch.play("L1 clr 10 -900 @D1")
    watch.check_day("clr", "10", at=NOW + timedelta(hours=20))
    watch.by_clock(NOW + timedelta(hours=30))
    watch.work(NOW + timedelta(hours=30))
    assert "sustained-drift" not in watch.rules_said()


def test_a_spell_is_one_while_some_day_of_the_account_stands_drifted(watch: Watch) -> None:
    """The day that began it heals; another stands drifted meanwhile, so it is the same spell, told before."""
    watch.play("T1 10 ewa 900 @D1\nT2 11 ewa 800 @D2")
    watch.check_day("clr", "10", at=NOW)
    watch.check_day("clr", "11", at=NOW + timedelta(hours=2))
    watch.by_clock(NOW + timedelta(hours=25))
    with tenant(watch.tenant_id):
        assert Notification.objects.get().statement["days"] == ["2026-03-10", "2026-03-11"]
    watch.play("L1 clr 10 -900 @D1")
    watch.check_day("clr", "10", at=NOW + timedelta(hours=26))
    watch.by_clock(NOW + timedelta(hours=60))
    assert watch.rules_said() == ["sustained-drift"]
    watch.play("L2 clr 11 -800 @D2")
    watch.check_day("clr", "11", at=NOW + timedelta(hours=61))
    watch.play("T3 12 ewa 700 @D3")
    watch.check_day("clr", "12", at=NOW + timedelta(hours=62))
    watch.check_day("clr", "12", at=NOW + timedelta(hours=80))
    watch.by_clock(NOW + timedelta(hours=90))
    assert watch.rules_said() == ["sustained-drift", "sustained-drift"], "another spell is told anew"


def test_only_the_clock_and_the_jobs_escalate(watch: Watch) -> None:
    with tenant(watch.tenant_id), pytest.raises(NotPermitted):
        escalate_run(run_id=1, actor=SET_UP, at=NOW)
