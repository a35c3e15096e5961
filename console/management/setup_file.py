"""The description of a tenant in one file: accounts, bank accounts with calendars, posting rules, matcher, people, CSV profiles,
tokens. Checked by the use cases; this reads the shape and names the place of what is wrong."""

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.conf import settings

from console.management.command import read_json
from ledger.actors import Actor
from ledger.models import Account
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.bank.save_profile import save_profile
from reconciliation.errors import BadInput
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.oversight.escalation.add_receiver import add_receiver
from reconciliation.oversight.escalation.set_up_escalation import set_up_escalation
from reconciliation.people.add_person import add_person
from reconciliation.people.issue_token import issue_token
from reconciliation.people.models import User
from reconciliation.postings.open_account import open_account
from reconciliation.postings.set_posting_rule import set_posting_rule

SECTIONS = frozenset(
    {
        "tenant",
        "accounts",
        "bank_accounts",
        "posting_rules",
        "matcher",
        "people",
        "profiles",
        "tokens",
        "receivers",
        "escalation",
    }
)
CALENDAR: dict[str, Callable[[Any], Any]] = {
    "zone": str, "cutover": lambda v: v if isinstance(v, time) else time.fromisoformat(v), "closed_weekdays": frozenset,
    "holidays": lambda v: frozenset(_day(d) for d in v), "grace_days": int, "due_hours": int,
}  # fmt: skip


def read_setup(content: bytes, name: str) -> dict[str, Any]:
    """The file as a mapping: TOML by its suffix, else JSON. Raises BadInput."""
    if name.endswith(".toml"):
        try:
            given: Any = tomllib.loads(content.decode())
        except ValueError as error:
            raise BadInput(f"not readable as TOML ({error})"[:300], name) from error
    else:
        given = read_json(content, name)
    if not isinstance(given, dict) or not isinstance(given.get("tenant"), dict):
        raise BadInput("the file is an object with a tenant", name)
    unknown = sorted(set(given) - SECTIONS)
    if unknown:
        raise BadInput(f"unknown section {unknown[0]}; there are {', '.join(sorted(SECTIONS))}", unknown[0])
    return given


def set_up(given: Mapping[str, Any], *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Do what the file describes in the tenant's scope. Passwords and tokens that were made here are in the answer,
    once."""
    for where, row in rows(given, "accounts"):
        with at_place(where):
            open_account(
                code=row["code"], name=row.get("name", row["code"]), kind=row["kind"], asset=row["asset"],
                actor=actor, at=at,
            )  # fmt: skip
    with at_place("matcher"):
        set_matcher(actor=actor, at=at, **given.get("matcher", {}))
    for where, row in rows(given, "bank_accounts"):
        with at_place(where):
            _open_bank_account(row, actor, at)
    for where, row in rows(given, "posting_rules"):
        with at_place(where):
            set_posting_rule(
                use_case=row["use_case"],
                directions=dict(row["directions"]),
                note=row.get("note", ""),
                actor=actor,
                at=at,
            )
    for where, row in rows(given, "profiles"):
        with at_place(where):
            save_profile(name=row["name"], mapping=row, actor=actor, at=at)
    people = []
    for where, row in rows(given, "people"):
        with at_place(where):
            people.append(_add_person(row, actor, at))
    keys = _escalation(given, actor, at)
    return {"people": people, "tokens": _tokens(given, actor, at)} | ({"signing_keys": keys} if keys else {})


def _escalation(given: Mapping[str, Any], actor: Actor, at: datetime) -> dict[str, str]:
    """Receivers, and what differs from the rules that ship. Answers the webhooks' signing keys that were made here, by name."""
    made: dict[str, str] = {}
    for where, row in rows(given, "receivers"):
        with at_place(where):
            added = add_receiver(
                name=row["name"], address=row["address"], secret=row.get("secret", ""),
                private=settings.NOTIFY_PRIVATE_HOSTS, actor=actor, at=at,
            )  # fmt: skip
            made |= {added.receiver.name: added.secret} if added.secret else {}
    for where, row in rows(given, "escalation"):
        with at_place(where):
            said = {name: value for name, value in row.items() if name != "rule"}
            set_up_escalation(key=row["rule"], said=said, actor=actor, at=at)
    return made


def _tokens(given: Mapping[str, Any], actor: Actor, at: datetime) -> dict[str, str]:
    """Each a name, or {name, answered_by: sign-in}."""
    listed, issued = given.get("tokens", []), dict[str, str]()
    if not isinstance(listed, list):
        raise BadInput("tokens is a list", "tokens")
    for n, token in enumerate(listed):
        row = {"name": token} if isinstance(token, str) else token
        if not isinstance(row, dict) or not row.keys() <= {"name", "answered_by"}:
            raise BadInput("a token is a name, or an object of name and answered_by", f"tokens[{n}]")
        with at_place(f"tokens[{n}]"):
            name, answers = str(row["name"]), str(row.get("answered_by", ""))
            issued[name] = issue_token(name=name, answered_by=answers, actor=actor, at=at)
    return issued


def rows(given: Mapping[str, Any], section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each object of a section with its place, "accounts[0]"."""
    listed = given.get(section, [])
    if not isinstance(listed, list):
        raise BadInput(f"{section} is a list", section)
    for n, row in enumerate(listed):
        if not isinstance(row, dict):
            raise BadInput("an object is expected", f"{section}[{n}]")
        yield f"{section}[{n}]", row


@contextmanager
def at_place(where: str) -> Iterator[None]:
    """Whatever the block misses or refuses is named with its place in the file."""
    try:
        yield
    except KeyError as error:
        raise BadInput(f"{error.args[0]} is missing", where) from error
    except BadInput as refusal:
        raise BadInput(str(refusal), f"{where}.{refusal.where}".rstrip(".")) from refusal
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"a value of another kind is expected ({error})"[:300], where) from error


def _open_bank_account(row: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    calendar = row.get("calendar", {})
    unknown = sorted(set(calendar) - set(CALENDAR))
    if unknown:
        raise BadInput(f"unknown field {unknown[0]}", f"calendar.{unknown[0]}")
    ledger_account = Account.objects.filter(code=row.get("ledger_account", row["code"])).first()
    if ledger_account is None:
        raise BadInput("no account has this code", "ledger_account")
    open_bank_account(
        code=row["code"], name=row.get("name", ""), partner=row.get("partner", ""), number=row["number"],
        ledger_account=ledger_account, opened_on=_day(row.get("opened_on", at.date())),
        calendar=CalendarInput(**{k: CALENDAR[k](v) for k, v in calendar.items()}), actor=actor, at=at,
    )  # fmt: skip


def _add_person(row: Mapping[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """A sign-in that exists already keeps its password; one that is new gets the given one or one that is made here."""
    email = row["email"].strip().lower()
    known = User.objects.filter(email=email).exists()
    made = None if known or row.get("password") else secrets.token_urlsafe(12)
    same_as = User.objects.filter(email=str(row.get("same_as", "")).lower()).select_related("person").first()
    add_person(
        name=row["name"], email=email, roles=row["roles"], password=row.get("password") or made, actor=actor, at=at,
        same_as=same_as.person if same_as else None,
    )  # fmt: skip
    return {"email": email, "roles": list(row["roles"]), "password": made}


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
