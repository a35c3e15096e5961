"""Two questions that pages ask of a difference in one statement with it: `d` is the check that states it, `c` its case."""

# As `target.holds_on` and `ExceptionCase.held` say it: an open incident of the account, or a security case that no release ended.
HELD = """(EXISTS (SELECT FROM incident i WHERE i.tenant_id = d.tenant_id AND i.bank_account_id = d.bank_account_id
                   AND NOT EXISTS (SELECT FROM incident_release l WHERE l.tenant_id = i.tenant_id AND l.incident_id = i.id))
           OR EXISTS (SELECT FROM exception_case h WHERE h.tenant_id = d.tenant_id AND h.bank_account_id = d.bank_account_id
                   AND h.cause = 4 AND h.state <> 'resolved' AND NOT EXISTS (
                       SELECT FROM incident_case n
                         JOIN incident_release l ON l.tenant_id = n.tenant_id AND l.incident_id = n.incident_id
                        WHERE n.tenant_id = h.tenant_id AND n.case_id = h.id)))"""
# The request that waits for a decision about the case.
WAITS = """(SELECT min(r.number) FROM approval_request r WHERE r.tenant_id = c.tenant_id AND r.state = 'open'
               AND r.payload -> 'case_id' = to_jsonb(c.id))"""
