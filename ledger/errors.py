"""What the ledger refuses. Each class is a sentence, its `code` is stable, and no HTTP is in here."""


class LedgerRefusal(Exception):
    """Base of every refusal; `code` names the rule, the message names the fact."""

    code = "refused"


class NoTenant(LedgerRefusal):
    code = "no_tenant"


class TenantSwitchRefused(LedgerRefusal):
    code = "tenant_switch_refused"


class Unbalanced(LedgerRefusal):
    code = "unbalanced"


class BadPosting(LedgerRefusal):
    code = "bad_posting"


class UnknownAccount(LedgerRefusal):
    code = "unknown_account"


class KeyReusedForAnotherPayload(LedgerRefusal):
    code = "key_reused_for_another_payload"


class NotPending(LedgerRefusal):
    code = "not_pending"


class NotPosted(LedgerRefusal):
    code = "not_posted"


class AlreadyReversed(LedgerRefusal):
    code = "already_reversed"


class CannotReverseReversal(LedgerRefusal):
    code = "cannot_reverse_reversal"


class AlreadyReposted(LedgerRefusal):
    code = "already_reposted"


class OriginalStillStands(LedgerRefusal):
    code = "original_still_stands"


class AppendOnly(LedgerRefusal):
    code = "append_only"


class AgainstRule(LedgerRefusal):
    """A posting goes against the posting rule of its use case."""

    code = "against_posting_rule"


class PeriodClosed(LedgerRefusal):
    """The books of that day are closed; the message names the first open day."""

    code = "period_closed"


class PeriodsMoveInOrder(LedgerRefusal):
    code = "periods_move_in_order"


class PeriodNotEnded(LedgerRefusal):
    code = "period_not_ended"


class PeriodMoved(LedgerRefusal):
    code = "period_moved"


class UnknownTransaction(LedgerRefusal):
    code = "unknown_transaction"


class AmbiguousTransaction(LedgerRefusal):
    code = "ambiguous_transaction"


BY_CONSTRAINT: dict[str, type[LedgerRefusal]] = {
    "tenant_scope_required": NoTenant,
    "transaction_balances_per_asset": Unbalanced,
    "transaction_legs_come_at_once": BadPosting,
    "transaction_has_entries": BadPosting,
    "transaction_is_sealed": BadPosting,
    "entry_of_a_known_account": UnknownAccount,
    "entry_amount_is_a_positive_integer": BadPosting,
    "entry_direction_is_known": BadPosting,
    "entry_leg_in_range": BadPosting,
    "transaction_use_case_is_plain": BadPosting,
    "transaction_references_are_short": BadPosting,
    "transaction_metadata_is_an_object": BadPosting,
    "transaction_links_a_known_one": UnknownTransaction,
    "transaction_reversed_once": AlreadyReversed,
    "transaction_corrected_once": AlreadyReposted,
    "reversal_is_not_reversed": CannotReverseReversal,
    "reversal_needs_a_posted_original": NotPosted,
    "reversal_mirrors_its_original": BadPosting,
    "correction_follows_a_reversal": OriginalStillStands,
    "posting_follows_its_rule": AgainstRule,
    "append_only": AppendOnly,
    "day_is_open": PeriodClosed,
    "adjustment_is_dated_on_the_first_open_day": PeriodClosed,
    "periods_move_in_order": PeriodsMoveInOrder,
    "period_has_ended": PeriodNotEnded,
}
"""Database constraint name to refusal: the database is the last wall, and its refusals read like the code's own."""
