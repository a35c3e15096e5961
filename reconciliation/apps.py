from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "reconciliation"

    def ready(self) -> None:
        """Make the kinds of request and the facts of other planes known: one line each."""
        from reconciliation.approvals.access_kind import SET_ACCESS
        from reconciliation.approvals.kinds import register
        from reconciliation.backtest.calendar_kind import SET_CALENDAR
        from reconciliation.cases.other import RESOLVE_AS_OTHER, RESOLVE_BY_CODE
        from reconciliation.checkpoints.facts import register_source
        from reconciliation.commerce.move_kind import MOVE_ORDER
        from reconciliation.corrections.batches.kind import BATCH
        from reconciliation.corrections.book import BOOK
        from reconciliation.corrections.confirm import CONFIRM
        from reconciliation.corrections.held import HELD_POSTINGS
        from reconciliation.corrections.identify import IDENTIFY
        from reconciliation.corrections.join import JOIN_LINE, KEEP_APART
        from reconciliation.corrections.repost import REPOST
        from reconciliation.corrections.reverse import REVERSE
        from reconciliation.matching.matched_fact import matched_pairs
        from reconciliation.matching.planes.terms_kind import SET_TERMS
        from reconciliation.oversight.escalation.receiver_kind import SET_RECEIVER
        from reconciliation.oversight.escalation.rule_kind import SET_ESCALATION
        from reconciliation.oversight.gate_days.kind import SET_GATE
        from reconciliation.periods.close_kind import CLOSE
        from reconciliation.periods.reopen_kind import REOPEN
        from reconciliation.policies.activation import ACTIVATE_CHECKPOINT, RETIRE_CHECKPOINT
        from reconciliation.policies.override_kind import OVERRIDE_CHECKPOINT
        from reconciliation.postings.rule_kind import SET_POSTING_RULE
        from reconciliation.provider.state_fact import UNKNOWN, provider_states
        from reconciliation.recovery.release_kind import RELEASE_INCIDENT
        from reconciliation.recovery.runs.acceptance_kind import ACCEPT_GAP
        from reconciliation.recovery.runs.close_kind import CLOSE_RECOVERY
        from reconciliation.recovery.runs.gap_move_kind import MOVE_ORDER_FOR_GAP
        from reconciliation.recovery.runs.stop_kind import STOP_RECOVERY

        register(REVERSE)
        register(CONFIRM)
        register(REPOST)
        register(BOOK)
        register(IDENTIFY)
        register(JOIN_LINE)
        register(KEEP_APART)
        register(BATCH)
        register(SET_POSTING_RULE)
        for held in HELD_POSTINGS:
            register(held)
        register(RESOLVE_AS_OTHER)
        register(RESOLVE_BY_CODE)
        register(MOVE_ORDER)
        register(SET_TERMS)
        register(SET_CALENDAR)
        register(ACTIVATE_CHECKPOINT)
        register(RETIRE_CHECKPOINT)
        register(OVERRIDE_CHECKPOINT)
        register(SET_ACCESS)
        register(RELEASE_INCIDENT)
        register(ACCEPT_GAP)
        register(MOVE_ORDER_FOR_GAP)
        register(CLOSE_RECOVERY)
        register(STOP_RECOVERY)
        register(SET_ESCALATION)
        register(SET_GATE)
        register(SET_RECEIVER)
        register(CLOSE)
        register(REOPEN)
        register_source("provider_state", provider_states, missing=UNKNOWN)
        register_source("matched", matched_pairs, missing=[])
