"""What is said of events and deliveries: types, why a delivery is held, where it came from, and who may do what with it."""

from console.badges import EVENT
from console.display import plain
from reconciliation.permissions import Permission, holders

TYPES = {kind: badge.word for kind, badge in EVENT.items()}
ORIGINS = {"webhook": "delivered by the provider", "poll": "fetched from the provider", "file": "from a file"}
REASONS = {
    "missing-headers": "A header that the signature needs is absent",
    "duplicate-headers": "A header of the signature comes twice",
    "invalid-timestamp": "The signed time is not a time",
    "clock-skew": "Signed more than 300 s before or after it came",
    "body-too-large": "The body is larger than 256 kB",
    "unreadable-body": "The body does not hold what its signature covers",
    "missing-signature": "The body carries no signature",
    "no-usable-key": "The endpoint has no key in use",
    "signature-mismatch": "No key of the endpoint makes this signature",
    "failed": "Reading it failed ten times, by a fault of ours",
}
NEXT = {
    "no-usable-key": "Add the provider's key under Settings, Endpoints; then replay.",
    "signature-mismatch": "Compare the key with the provider's; add it under Settings, Endpoints; then replay.",
    "clock-skew": "Ask the provider to deliver it again: a replay counts the time it came.",
    "failed": "Tell engineering; replay once it is mended.",
}
UNREADABLE = "unreadable: "
CODES = {
    "missing": "a field is missing", "wrong_type": "a field has another type", "bad_amount": "an amount is none",
    "too_many_decimals": "an amount has too many decimals", "unknown_currency": "its asset is not kept here",
    "bad_json": "it is not JSON", "not_utf8": "it is not UTF-8", "duplicate_key": "a name stands twice",
    "bad_time": "a time is none", "bad_number": "a number is none", "too_deep": "nested too deep",
    "too_long": "a text is too long", "bad_text": "a text holds what none may", "not_an_object": "it is not an object",
    "unverified": "its key has ended",
}  # fmt: skip


def reason_words(reason: str) -> str:
    """Why a delivery is held: "signature-mismatch" → "No key of the endpoint makes this signature"."""
    if reason.startswith(UNREADABLE):
        code = reason.removeprefix(UNREADABLE)
        return f"Verified, and cannot be read: {CODES.get(code, plain(code))}"
    return REASONS.get(reason, reason)


def next_words(reason: str) -> str:
    """What would let it in."""
    unreadable = "Nothing of it was taken over. Set aside what is none of ours; replay what a later version can read."
    return unreadable if reason.startswith(UNREADABLE) else NEXT.get(reason, "Set aside what is none of ours.")


def origin_words(origin: str) -> str:
    return ORIGINS[origin]


def who_may(permission: Permission, what: str) -> str:
    """The sentence for those who may not: "The raw record is for auditor and operator." """
    return f"{what} is for {' and '.join(role.replace('_', ' ') for role in holders(permission))}."
