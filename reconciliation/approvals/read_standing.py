"""What counts at this moment, read from the tables: roles, delegations, restrictions and rights. What a
decision rests on is held, so that none of it ends before the decision is committed."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from reconciliation.approvals.kinds import Facts
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.standing import Asked, ClauseOf, Lent, Restricted, Standing
from reconciliation.permissions import Permission, holders

# One row a fact: what it is, whom it is about, to whom or on what, and its text.
FACTS = """
SELECT 'holds', u.person_id, NULL::bigint, m.role, p.name
  FROM reconciliation_membership m JOIN reconciliation_user u ON u.id = m.user_id JOIN reconciliation_person p ON p.id = u.person_id
 WHERE m.ended_at IS NULL AND u.is_active
UNION ALL
SELECT 'lent', g.lender, g.delegate, g.role, p.name
  FROM approval_delegation g JOIN reconciliation_person p ON p.id = g.lender
 WHERE g.ended_at IS NULL AND g.from_at <= %(at)s AND %(at)s < g.until_at
UNION ALL
SELECT 'account', x.id, x.account_id, a.code || ' ' || a.name, ''
  FROM approval_restriction x JOIN ledger_account a ON a.id = x.account_id
 WHERE x.ended_at IS NULL
UNION ALL
SELECT 'policy', x.id, NULL, x.policy, '' FROM approval_restriction x WHERE x.ended_at IS NULL AND x.policy IS NOT NULL
UNION ALL
SELECT DISTINCT 'right', u.person_id, t.content_object_id, '', ''
  FROM approval_right t JOIN reconciliation_user u ON u.id = t.user_id
 WHERE u.is_active
UNION ALL
SELECT 'never', v.number, NULL, p.key, coalesce(c.clause ->> 'number', c.n::text)
  FROM checkpoint_version v JOIN checkpoint_policy p ON p.id = v.policy_id
  CROSS JOIN jsonb_array_elements(v.document -> 'clauses') WITH ORDINALITY c(clause, n)
 WHERE v.state IN ('active', 'retired') AND c.clause -> 'never' ? 'delegate'
"""
# Shared, so that two who decide at once wait for nothing; whoever ends one of these waits for them.
HELD = (
    """SELECT 1 FROM reconciliation_membership m JOIN reconciliation_user u ON u.id = m.user_id
        WHERE m.ended_at IS NULL AND u.person_id = ANY(%(who)s) ORDER BY m.id FOR SHARE OF m, u""",
    """SELECT 1 FROM approval_delegation WHERE ended_at IS NULL AND delegate = ANY(%(who)s) ORDER BY id FOR SHARE""",
    """SELECT 1 FROM approval_restriction WHERE ended_at IS NULL AND (account_id = ANY(%(accounts)s) OR policy = %(policy)s)
        ORDER BY id FOR SHARE""",
)


def read_standing(at: datetime) -> Standing:
    """Of the tenant in scope, at `at`. One query."""
    names: dict[int, str] = {}
    holds: dict[int, set[str]] = {}
    lent, restricted, rights, never = [], [], set(), set()
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"at": at})
        for what, about, other, text, name in cursor.fetchall():
            if what in ("holds", "lent"):
                names[about] = name
            if what == "holds":
                holds.setdefault(about, set()).add(text)
            elif what == "lent":
                lent.append(Lent(about, other, text))
            elif what == "right":
                rights.add((about, other))
            elif what == "never":
                never.add((text, int(about), name))
            elif what == "account":
                restricted.append(Restricted(about, f"account {text}", account_id=other))
            else:
                restricted.append(Restricted(about, f"policy {text}", policy=text))
    return Standing(names, {who: frozenset(roles) for who, roles in holds.items()}, tuple(lent), tuple(restricted),
                    frozenset(rights), frozenset(never))  # fmt: skip


def hold_standing(persons: Collection[int], asked: Asked | None = None) -> None:
    """Hold until commit what the decisions of these persons rest on: their roles and sign-ins, what is lent to them and by
    whom, and what is restricted of that which is asked about; rights on it change under its lock alone."""
    accounts, policy = (sorted(asked.accounts), asked.clause[0]) if asked else ([], "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lender FROM approval_delegation WHERE ended_at IS NULL AND delegate = ANY(%s)", [list(persons)]
        )
        who = sorted({*persons, *(lender for (lender,) in cursor.fetchall())})
        for statement in HELD:
            cursor.execute(statement, {"who": who, "accounts": accounts, "policy": policy})


def asked_of(request: ApprovalRequest) -> Asked:
    """What a request asks of its deciders, as it was frozen, with what was decided on it. One query."""
    given = list(request.decisions.values_list("decided_by_id", "on_behalf_of_id"))
    return frozen(request, [by for by, _ in given], [owner or by for by, owner in given])


def frozen(request: ApprovalRequest, decided: Collection[int], used: Collection[int]) -> Asked:
    """What a request asks of its deciders; who decided on it and by whose right is given. A role that decides nothing here is
    asked in vain."""
    policy = request.precondition["policy"]
    return Asked(
        frozenset(policy["roles"]).intersection(holders(Permission.DECIDE_REQUEST)), request.made_by_id,
        clause_of(policy), frozenset(request.touches), request.payload.get("about_person"),
        frozenset(request.payload.get("behind", ())),
        used=frozenset(used), decided=frozenset(decided),
    )  # fmt: skip


def clause_of(policy: Facts) -> ClauseOf:
    """Which clause asked, from the frozen fact of a policy's answer."""
    version = str(policy["version"]).rpartition(" v")[2]
    return policy.get("policy", ""), int(version) if version.isdecimal() else 0, str(policy["clause"])
