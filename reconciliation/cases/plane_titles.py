"""How a difference between commerce, provider and ledger is named in one line. Pure data."""

TITLES: dict[tuple[str, str], str] = {
    ("commerce-provider", "keys_disagree"): "The payment's keys name different orders",
    ("commerce-provider", "asset"): "Paid in another asset than was ordered",
    ("commerce-provider", "same_id"): "One event id came with different contents",
    ("commerce-provider", "contradiction"): "The provider contradicts what it said was final",
    ("commerce-provider", "late"): "Money came after the payment had expired",
    ("commerce-provider", "marked"): "Marked by hand at the provider",
    ("commerce-provider", "unconfirmed"): "Detected, and not confirmed for too long",
    ("commerce-provider", "paid_twice"): "The whole order was paid more than once",
    ("commerce-provider", "under"): "Less came than was ordered",
    ("commerce-provider", "over"): "More came than was ordered",
    ("commerce-provider", "unpaid"): "An order without its payment",
    ("commerce-provider", "no_reference"): "Paid, without any reference of ours",
    ("commerce-provider", "no_order"): "Paid for an order that commerce does not know",
    ("commerce-provider", "fulfilled_early"): "Fulfilled by hand before its rule allows it",
    ("provider-ledger", "asset"): "Posted in another asset than was confirmed",
    ("provider-ledger", "posted_early"): "Posted before the provider confirmed",
    ("provider-ledger", "posted_twice"): "Confirmed once and posted more often",
    ("provider-ledger", "under"): "Less was posted than confirmed",
    ("provider-ledger", "over"): "More was posted than confirmed",
    ("provider-ledger", "unposted"): "Confirmed money that was never posted",
    ("provider-ledger", "no_payment"): "Posted, and no provider reported such a payment",
    ("provider-ledger", "confirmation_failed"): "The bank settled it, and its confirmation failed here",
    ("provider-log", "missing"): "Listed by the provider, missing in the log",
    ("provider-log", "unknown"): "In the log, and the provider does not list it",
    ("provider-log", "status"): "The provider lists another status than the log holds",
    ("provider-log", "amount"): "The provider lists another amount than the log holds",
    ("provider-log", "unknown_type"): "Events of a type that nothing here reads",
}


def plane_title(pair: str, kind: str) -> str:
    return TITLES[pair, kind]
