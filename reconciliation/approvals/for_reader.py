"""What waits for one reader, as SQL: for the figures that stand on every page. `waiting` in inbox.py says the same of each
request, and why not."""

from ledger.actors import Actor
from reconciliation.permissions import Permission, allowed

# Nothing that `r` is about is restricted to others than {owner}.
_OPEN_TO = """NOT EXISTS (SELECT FROM approval_restriction x WHERE x.ended_at IS NULL
                AND (r.touches @> to_jsonb(x.account_id) OR r.precondition -> 'policy' ->> 'policy' = x.policy)
                AND NOT EXISTS (SELECT FROM approval_right t JOIN reconciliation_user u ON u.id = t.user_id
                                 WHERE t.content_object_id = x.id AND u.is_active AND u.person_id = {owner}))"""
# What waits for one reader: asked by somebody else, for a role that they decide in or that is lent to them, and not decided
# by them yet. Given: `me`, `at`, and `roles` of `deciding_roles`. `waiting` says the same of each request.
FOR_READER = f"""r.state = 'open' AND r.expires_at > %(at)s AND r.made_by <> %(me)s
           AND coalesce(r.payload ->> 'about_person', '') <> %(me)s::text
           AND NOT coalesce(r.payload -> 'behind', '[]') @> to_jsonb(%(me)s::bigint)
           AND NOT EXISTS (SELECT FROM approval_decision d WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id
                              AND d.decided_by = %(me)s)
           AND (r.precondition -> 'policy' -> 'roles' ?| %(roles)s AND {_OPEN_TO.format(owner="%(me)s")}
                AND NOT EXISTS (SELECT FROM approval_decision d WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id
                                   AND d.on_behalf_of = %(me)s)
                OR EXISTS (SELECT FROM approval_delegation g WHERE g.delegate = %(me)s AND g.ended_at IS NULL
                              AND g.from_at <= %(at)s AND %(at)s < g.until_at AND g.lender <> r.made_by
                              AND coalesce(r.payload ->> 'about_person', '') <> g.lender::text
                              AND NOT coalesce(r.payload -> 'behind', '[]') @> to_jsonb(g.lender)
                              AND r.precondition -> 'policy' -> 'roles' ? g.role
                              AND EXISTS (SELECT FROM reconciliation_membership m JOIN reconciliation_user u ON u.id = m.user_id
                                           WHERE u.person_id = g.lender AND u.is_active AND m.role = g.role AND m.ended_at IS NULL)
                              AND NOT EXISTS (SELECT FROM approval_decision d WHERE d.tenant_id = r.tenant_id
                                                 AND d.request_id = r.id AND coalesce(d.on_behalf_of, d.decided_by) = g.lender)
                              AND NOT never_by_a_delegate(r.tenant_id, r.precondition -> 'policy')
                              AND {_OPEN_TO.format(owner="g.lender")}))"""  # noqa: S608 (texts of ours)


def deciding_roles(actor: Actor) -> list[str]:
    """The roles in which the reader may decide, none for one who may not."""
    return sorted(actor.roles) if allowed(actor, Permission.DECIDE_REQUEST) else []
