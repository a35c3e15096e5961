"""The steps that states make on each plane, as policy names them. The planes hold their own tables (provider/moves.py,
commerce/rules.py, the book); checkpoints stand below them all, so a test compares."""

Step = tuple[str, str]

PROVIDER_STEPS: frozenset[Step] = frozenset({
    ("pending", "pending"), ("pending", "paid"), ("pending", "confirmed"), ("pending", "expired"), ("pending", "failed"),
    ("paid", "paid"), ("paid", "confirmed"), ("paid", "pending"), ("paid", "failed"), ("confirmed", "confirmed"),
    ("confirmed", "failed"), ("expired", "expired"), ("expired", "confirmed"), ("expired", "failed"), ("failed", "failed"),
    ("failed", "confirmed"),
})  # fmt: skip
COMMERCE_STEPS: frozenset[Step] = frozenset({
    ("open", "fulfilled"), ("open", "refunded"), ("fulfilled", "refunded"), ("disputed", "refunded"),
    ("fulfilled", "disputed"), ("disputed", "fulfilled"), ("fulfilled", "open"), ("refunded", "open"),
    ("refunded", "fulfilled"),
})  # fmt: skip
LEDGER_STEPS: dict[str, Step] = {
    "plan": ("unposted", "PENDING"),
    "post": ("unposted", "POSTED"),
    "confirm": ("PENDING", "POSTED"),
    "fail": ("PENDING", "FAILED"),
    "reverse": ("POSTED", "POSTED"),
}
