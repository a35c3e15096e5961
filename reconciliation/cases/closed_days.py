"""Which settlement day of an account is its last closed one: ended, and either its statement is due or a check has said
more of it than unknown. A day still running is none, whatever was uploaded of it."""

# To be joined beside `bank_account b`; gives one row, `day`. Given: `at`, written as its reader writes parameters.
LAST_CLOSED = """(
           SELECT p.day FROM bank_period p
            WHERE p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.day <= ({at})::date AND p.ends_at <= {at}
              AND (p.due_at <= {at} OR EXISTS (SELECT FROM drift_standing s WHERE s.tenant_id = p.tenant_id
                      AND s.bank_account_id = p.bank_account_id AND s.day = p.day AND s.verdict <> 'UNKNOWN'))
            ORDER BY p.day DESC LIMIT 1)"""


def last_closed(at: str) -> str:
    """The subquery; `at` is the placeholder of the instant, "%s" (three times) or "%(at)s"."""
    return LAST_CLOSED.replace("{at}", at)
