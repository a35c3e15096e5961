"""Sets the demo's tenant up: accounts, banks, calendars, matcher, profile and people whose names say that they are made up."""

import json
from datetime import date, datetime, time

from console.demo.plan import ACCOUNTS, BOOKED_ON, OTHERS, RULES
from console.demo.statements import CSV_PROFILE
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.bank.extend_periods import extend_periods
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.bank.save_profile import save_profile
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.people.add_person import add_person
from reconciliation.people.set_up_tenant import set_up_tenant
from reconciliation.postings.open_account import open_account
from reconciliation.postings.set_posting_rule import set_posting_rule

SET_UP = Actor("operator", "demo", frozenset({"policy_admin"}))
PASSWORD = "plumbline-demo"
PEOPLE = (
    ("Anna Analyst", "analyst@demo.example", ("analyst",)),
    ("Conrad Controller", "controller@demo.example", ("controller",)),
    ("Clara Controller", "controller2@demo.example", ("controller",)),
    ("Simon Support", "support@demo.example", ("support",)),
    ("Petra Policy", "admin@demo.example", ("policy_admin",)),
    ("Paula Policy", "admin2@demo.example", ("policy_admin",)),
    ("Audrey Auditor", "auditor@demo.example", ("auditor",)),
    ("Otto Operator", "operator@demo.example", ("operator",)),
)


def make_people(at: datetime) -> int:
    """Create the tenant `demo` and its people, committed at once so that they can sign in; returns its id."""
    made = Tenant.objects.filter(slug="demo").first() or set_up_tenant(slug="demo", name="Example Pay (demo)", at=at)
    with tenant(made.id):
        for name, email, roles in PEOPLE:
            add_person(name=name, email=email, roles=roles, password=PASSWORD, actor=SET_UP, at=at)
    return made.id


def make_accounts(opened_on: date, at: datetime, now: datetime) -> None:
    """Accounts, matcher, profile, bank accounts and their days. Needs the tenant's scope."""
    for code, name, kind, asset in OTHERS:
        open_account(code=code, name=name, kind=kind, asset=asset, actor=SET_UP, at=at)
    set_matcher(actor=SET_UP, at=at)
    set_matcher(plane_pair="commerce-provider", underpaid_up_to={"BTC": "50"}, actor=SET_UP, at=at)
    save_profile(name=str(CSV_PROFILE["name"]), mapping=json.loads(json.dumps(CSV_PROFILE)), actor=SET_UP, at=at)
    for a in ACCOUNTS:
        ledger_account = open_account(code=a.code, name=a.name, kind=a.kind, asset=a.asset, actor=SET_UP, at=at)
        bank = open_bank_account(
            code=a.code,
            name=a.name,
            partner=a.partner,
            number=a.number,
            ledger_account=ledger_account,
            opened_on=opened_on,
            calendar=CalendarInput(cutover=time.fromisoformat(a.cutover), closed_weekdays=a.closed_weekdays),
            actor=SET_UP,
            at=at,
        )
        extend_periods(bank, at=now)
        for use_case, counter in BOOKED_ON.get(a.asset, ()):
            set_booking_account(bank_account=bank.code, use_case=use_case, counter=counter, actor=SET_UP, at=at)
    for use_case, directions in RULES.items():
        set_posting_rule(use_case=use_case, directions=directions, actor=SET_UP, at=at)
