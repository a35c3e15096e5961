"""Which statements on causes wait for a reader: what somebody else said, that nobody confirmed, and that nothing newer of the
same cause and days has replaced. `c` is review_cause; `me` the reader's person."""

CAUSE_WAITS = """c.person_id <> %(me)s
 AND NOT EXISTS (SELECT FROM review_cause_confirmed f WHERE f.tenant_id = c.tenant_id AND f.cause_id = c.id)
 AND NOT EXISTS (SELECT FROM review_cause l
                  WHERE l.tenant_id = c.tenant_id AND l.id > c.id AND l.exception_class = c.exception_class
                    AND l.cause IS NOT DISTINCT FROM c.cause AND l.first_on <= c.last_on AND l.last_on >= c.first_on)"""
