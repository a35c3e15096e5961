"""What the settings show: accounts, banks and their calendars, matcher versions, profiles, people with their roles, and
tokens. What is set up decides what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from ledger.models import Account, Asset
from reconciliation.bank.models import BankAccount, BankCalendar, CsvProfile
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.errors import NotFound
from reconciliation.matching.models import MatcherVersion
from reconciliation.people.models import ApiToken, Membership, User

COUNTS = """
SELECT (SELECT count(*) FROM ledger_account), (SELECT count(*) FROM bank_account),
       (SELECT count(*) FROM matcher_version), (SELECT count(DISTINCT u.person_id) FROM reconciliation_membership m
         JOIN reconciliation_user u ON u.id = m.user_id WHERE m.ended_at IS NULL AND m.role = 'controller'),
       (SELECT count(*) FROM bank_statement WHERE NOT intraday), (SELECT min(at) FROM audit_entry)
"""


@dataclass(frozen=True, slots=True)
class SetUp:
    """How many of each thing stand."""

    accounts: int
    banks: int
    matchers: int
    controllers: int
    statements: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A sign-in and the roles it holds now, each with its day."""

    user: User
    roles: tuple[tuple[str, date], ...]


def set_up() -> SetUp:
    """How far the tenant in scope is set up. One query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return SetUp(*cursor.fetchone())


def accounts() -> list[Account]:
    return list(Account.objects.order_by("code"))


def open_ledger_accounts() -> list[Account]:
    """Ledger accounts that no bank account is reconciled with."""
    return list(Account.objects.filter(bank_account=None).order_by("code"))


def ledger_account(code: str) -> Account:
    """The ledger account of a code. Raises NotFound."""
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise NotFound(f"no ledger account has the code {code!r:.80}")
    return found


def assets() -> list[Asset]:
    return list(Asset.objects.order_by("code"))


def banks() -> list[BankAccount]:
    return list(BankAccount.objects.select_related("ledger_account").order_by("code"))


def calendars() -> list[BankCalendar]:
    """Every version, by account, the newest first."""
    return list(BankCalendar.objects.select_related("bank_account").order_by("bank_account__code", "-effective_from"))


def matchers() -> list[MatcherVersion]:
    """Versions of the ledger–bank matcher, the one in force first."""
    return list(MatcherVersion.objects.filter(plane_pair="ledger-bank").order_by("-number"))


def profiles() -> list[CsvProfile]:
    """The newest version of each CSV profile."""
    return list(CsvProfile.objects.order_by("name", "-version").distinct("name"))


def decisions(ids: set[int]) -> Mapping[int, CheckpointDecision]:
    """Decisions by id."""
    return CheckpointDecision.objects.in_bulk(list(ids))


def people() -> list[Held]:
    """Everybody who holds a role now, by name. One query."""
    rows = Membership.objects.filter(ended_at=None).select_related("user__person").order_by("user__person__name", "id")
    held: dict[int, tuple[User, list[tuple[str, date]]]] = {}
    for row in rows:
        held.setdefault(row.user_id, (row.user, []))[1].append((row.role, row.granted_at.date()))
    return [Held(user, tuple(roles)) for user, roles in held.values()]


def sign_in_of(email: str) -> User:
    """The sign-in of an address that holds a role here. Raises NotFound, also for one that is known elsewhere only."""
    row = Membership.objects.filter(user__email=email, ended_at=None).select_related("user").first()
    if row is None:
        raise NotFound(f"{email[:120]} holds no role here")
    return row.user


def tokens() -> list[ApiToken]:
    """Tokens of integrations, then those of people; the secrets are nowhere. One query."""
    by_name = ApiToken.objects.select_related("user__person").order_by("user__person__name", "name", "id")
    return sorted(by_name, key=lambda token: token.user_id is not None)
