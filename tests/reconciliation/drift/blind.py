"""A tenant with eight clean days and an open gate, and a day after them that something keeps from being known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from ledger.tenancy import tenant
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.import_statement import import_now
from reconciliation.bank.save_profile import save_profile
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.drift.standing import Standing, standings
from reconciliation.oversight.gate_rules import Gate
from reconciliation.oversight.release_gate import release_gate
from tests.people import SET_UP
from tests.proven import proven
from tests.reconciliation.bank.desk import ANALYST, NOW, Desk, desk
from tests.reconciliation.drift.statement_text import NO_BALANCE, PROFILE, Line, Text
from tests.stories.world import JOB

BASE = Text((), day=9, from_day=1, sequence=9)
WHOLE = Text()
TWO = Text((Line(500, "A1", "B1"), Line(300, "A2", "B2")))
DAY, FIRST = date(2026, 3, 10), date(2026, 3, 2)
CLEAN_BEFORE = 8
FORMATS = ("camt053", "mt940", "bai2", "csv")
OTHER = "ET99OTHER777"
File = Text | bytes | tuple[Text | bytes, str]
NONE = "no statement covers 2026-03-10"
TOGETHER = ((500, "A1"), (300, "A2"))


@dataclass(frozen=True)
class Blind:
    """A way for the blind day to be unknown: the files that come, in order (a refused one beside its code), the postings of
    the day, and words of the reason."""

    name: str
    fmt: str
    files: Sequence[File]
    reason: str
    posted: tuple[tuple[int, str], ...] = ((500, "A1"),)
    profile: str = "whole"

    def __str__(self) -> str:
        return f"{self.name}-{self.fmt}".replace(" ", "_")


class World(Desk):
    def bring(self, way: Blind) -> None:
        for file in way.files:
            content, refused = file if isinstance(file, tuple) else (file, None)
            if isinstance(content, Text):
                content = content.written(way.fmt)
            how = {"profile_name": way.profile} if way.fmt == "csv" else {"file_format": way.fmt}
            if refused is None:
                self.take_in(content, **how)
                continue
            with pytest.raises(StatementRefused) as refusal:
                self.take_in(content, **how)
            assert refused in refusal.value.code
            assert len(refusal.value.message) > 10

    def reconcile(self, at: datetime = NOW, until: date = DAY) -> None:
        with tenant(self.tenant_id):
            reconcile_account(self.account, FIRST, until + timedelta(days=1), actor=JOB, at=at)

    def check(self, day: date = DAY) -> DriftCheck | None:
        with tenant(self.tenant_id):
            return DriftCheck.objects.filter(bank_account=self.account, day=day).order_by("-id").first()

    def gate(self, at: datetime = NOW) -> Gate:
        """As it stands where nothing is wrong with the proof of the records."""
        proven(self.tenant_id, at)
        with tenant(self.tenant_id):
            return release_gate(at=at)

    def home(self, at: datetime = NOW) -> Standing:
        with tenant(self.tenant_id):
            return next(s for s in standings(at=at) if s.code == "cash")

    def must_be_blind(self, reason: str) -> None:
        found = self.check()
        assert found is not None
        assert (found.verdict, found.drift, found.statement_total, found.gross, found.unexplained, found.open_count) == (
            "UNKNOWN", None, None, None, None, 0,
        )  # fmt: skip
        (told,) = found.unknown_because
        assert reason in told
        assert " " in told.strip()
        self.must_be_shut()

    def must_be_shut(self, at: datetime = NOW) -> None:
        gate, home = self.gate(at), self.home(at)
        assert (gate.count, gate.open, gate.days[-1 if gate.stands_at is None else -2].state) == (0, False, "unknown")
        assert (home.verdict, [d.day for d in home.unknown]) == ("UNKNOWN", [DAY])

    def take_in_at(self, content: bytes, at: datetime) -> None:
        with tenant(self.tenant_id):
            import_now(self.account, file_name="late.sta", content=content, actor=ANALYST, at=at)


def eight_clean_days(tenant_id: int) -> World:
    made = desk(tenant_id)
    books = World(made.tenant_id, made.account)
    with tenant(tenant_id):
        for name, mapping in (("whole", PROFILE), ("bare", NO_BALANCE)):
            save_profile(name=name, mapping=mapping, actor=SET_UP, at=NOW)
    books.take_in(BASE.written("mt940"))
    return books
