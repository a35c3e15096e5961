"""A posting rule as somebody asks for it: a use case, and the direction in which its postings go on each account named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.balancing import OPPOSITE, Direction
from ledger.models import Account
from reconciliation.approvals.digest import Payload
from reconciliation.errors import BadInput
from reconciliation.postings.models import PostingRule

USE_CASE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
LONGEST_NOTE, MOST_ACCOUNTS = 2000, 50


@dataclass(frozen=True, slots=True)
class AskedRule:
    """`directions`: by ledger account, in the order of their codes."""

    use_case: str
    directions: tuple[tuple[Account, Direction], ...]

    @property
    def stored(self) -> dict[str, str]:
        """As a version keeps it, by account id."""
        return {str(account.id): direction for account, direction in self.directions}

    @property
    def frozen(self) -> list[Payload]:
        """As a request keeps it."""
        return [
            {"account_id": a.id, "account": a.code, "name": a.name, "direction": direction}
            for a, direction in self.directions
        ]  # fmt: skip


def asked_rule(use_case: str, directions: Mapping[str, Any]) -> AskedRule:
    """`directions`: DEBIT or CREDIT by the code of a ledger account. One query. Raises BadInput naming the field."""
    if not USE_CASE.fullmatch(use_case):
        raise BadInput("a use case is lower-case letters, digits and underscores", "use_case")
    if not 2 <= len(directions) <= MOST_ACCOUNTS:
        raise BadInput(f"a rule names 2 to {MOST_ACCOUNTS} accounts", "directions")
    for code, direction in directions.items():
        if direction not in OPPOSITE:
            raise BadInput(f"{code:.64} goes DEBIT or CREDIT", "directions")
    if len(set(directions.values())) == 1:
        raise BadInput("a rule debits one account at least and credits another", "directions")
    found = {a.code: a for a in Account.objects.filter(code__in=list(directions))}
    if missing := sorted(set(directions) - found.keys()):
        raise BadInput(f"no account has the code {missing[0]!r:.80}", "directions")
    return AskedRule(use_case, tuple((found[code], directions[code]) for code in sorted(directions)))


def as_codes(rule: PostingRule) -> dict[str, Direction]:
    """A version's directions by account code. One query."""
    codes = dict(Account.objects.filter(id__in=[int(n) for n in rule.directions]).values_list("id", "code"))
    return {
        codes[int(n)]: direction for n, direction in sorted(rule.directions.items(), key=lambda d: codes[int(d[0])])
    }


def mirrored(directions: Mapping[str, Direction]) -> dict[str, Direction]:
    """Every direction turned: what puts a wrong sign right."""
    return {code: OPPOSITE[direction] for code, direction in directions.items()}


def checked_note(note: str) -> str:
    """The note, trimmed; "" when none was given. Raises BadInput."""
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters, without NUL", "note")
    return note.strip()
