-- Who reads the figures of the metrics: a role that sees what they are counted from, column by column, and changes nothing. The
-- app takes it for the transaction of a scrape; the row policies bind it to one tenant like everybody else.
GRANT USAGE ON SCHEMA public TO plumbline_figures;
GRANT SELECT ON bank_period, drift_check, drift_standing TO plumbline_figures;
GRANT SELECT (tenant_id, id, code, name, currency, opened_on) ON bank_account TO plumbline_figures;
GRANT SELECT (tenant_id, number, plane_pair, exception_class, cause, state, contribution_minor, currency, opened_at, due_at)
    ON exception_case TO plumbline_figures;
GRANT SELECT (tenant_id, id, at, ok) ON audit_verification TO plumbline_figures;
GRANT SELECT (tenant_id, id, at) ON audit_anchor TO plumbline_figures;
GRANT SELECT (tenant_id, id, name, made_at, ended_at) ON provider_endpoint TO plumbline_figures;
GRANT SELECT (tenant_id, id, endpoint_id, received_at, origin, reason) ON provider_delivery TO plumbline_figures;
GRANT SELECT (tenant_id, delivery_id) ON provider_inbox TO plumbline_figures;
GRANT SELECT (tenant_id, delivery_id, endpoint_id, state) ON provider_quarantine TO plumbline_figures;
GRANT SELECT (tenant_id, endpoint_id, status, detected_at, confirmed_at, changed_at) ON provider_payment TO plumbline_figures;
GRANT SELECT (tenant_id, state, quorum, made_at, expires_at) ON approval_request TO plumbline_figures;
GRANT SELECT (tenant_id, id, kind, state, due_at, done_at) ON outbox_item TO plumbline_figures;
GRANT SELECT (tenant_id, status, recorded_at) ON ledger_transaction TO plumbline_figures;
GRANT SELECT (tenant_id, id, number, opened_at) ON incident TO plumbline_figures;
GRANT SELECT (tenant_id, incident_id, released_at) ON incident_release TO plumbline_figures;
