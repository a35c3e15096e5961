"""The runbook of each cause: what was seen, what to look at and in which order, what mitigates it, who is told, when it is over.
Pure; the looks are taken by `looks.py`, the mitigations go through the pages that policy guards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One look. `look` names the query, `title` what it asks, `reads` what its answer says."""

    look: str
    title: str
    reads: str


@dataclass(frozen=True, slots=True)
class Guide:
    """`acts` name mitigations, the most fitting first; `over` says what ends it."""

    symptom: str
    steps: tuple[Step, ...]
    acts: tuple[str, ...]
    escalate: str
    over: str


STATEMENTS = Step(
    "statements", "Are the statements here?",
    "A day without a complete statement says nothing. Everything below waits for it.",
)  # fmt: skip
STATEMENTS_LAST = Step("statements", STATEMENTS.title, "A day without a complete statement says nothing.")
BANK_LINES = Step(
    "bank_lines", "What does the bank show under this reference?",
    "Any line, on any day: a late one is timing, one that comes back is a return, none is a rejection.",
)  # fmt: skip
LEDGER_ROWS = Step(
    "ledger_rows", "What does the ledger hold under this reference?",
    "PENDING is not counted, FAILED and reversed neither; what was posted twice stands here twice.",
)  # fmt: skip
CALLBACKS = Step(
    "callbacks", "Is anybody still telling us?",
    "A partner whose callbacks stopped, or whose signatures do not fit, rejects payments without our hearing of it.",
)  # fmt: skip
PAYMENT = Step(
    "payment", "What do the other planes say of the payment?", "The bank wins ties; the others say what to tell."
)
ALIKE = Step(
    "alike", "How much else is like it?", "One is an error; several of one make are a defect, and want one correction."
)
CODE = Step(
    "code",
    "What does the bank call it?",
    "A known code is booked by its use case; a code without one is a gap of the model.",
)
DEBITS = Step(
    "debits",
    "What else left this account unexplained?",
    "One debit may be a mistake of the bank's; a second is an attack.",
)
WORK = Step(
    "work", "Is our own work being done?", "A confirmation that was never worked off leaves its transaction PENDING."
)

GUIDES: dict[int, Guide] = {
    1: Guide(
        "The ledger holds a payment as POSTED that the bank did not move, or took back.",
        (STATEMENTS, BANK_LINES, LEDGER_ROWS, CALLBACKS, PAYMENT),
        ("correct", "reconcile", "endpoints"),
        "On call resolves it; engineering follows up on why the rejection did not reach us. Nobody is paged.",
        "The reversal stands, the payment says that the bank rejected it, and the next check of the day is clean.",
    ),
    2: Guide(
        "The ledger is ahead of the bank: the line belongs to the next statement.",
        (STATEMENTS, BANK_LINES, LEDGER_ROWS),
        ("reconcile", "bank"),
        "Nobody. Timing is shown, and it raises no alert.",
        "The line comes within grace; the next check counts the entry on the line's day and the case ends by itself.",
    ),
    3: Guide(
        "Ledger and bank hold the same amount with opposite signs: a use case posts the wrong way round.",
        (LEDGER_ROWS, BANK_LINES, ALIKE, STATEMENTS_LAST),
        ("correct", "reconcile"),
        "The owner of the use case: its posting rule needs a new version before the batch is asked for.",
        "The batch is carried out, every member re-posted, and the days of all of them are clean.",
    ),
    4: Guide(
        "Money left the account that no payment of ours explains.",
        (DEBITS, BANK_LINES, LEDGER_ROWS, CALLBACKS, STATEMENTS_LAST),
        ("security", "bank"),
        "Security at once. Nothing is corrected on this account until two people have released it with a root cause.",
        "The root cause is found and released by two people; the gate counts from the next clean day.",
    ),
    5: Guide(
        "The bank moved what the ledger still holds as PENDING, or holds as FAILED or reversed.",
        (LEDGER_ROWS, BANK_LINES, WORK, CALLBACKS, ALIKE),
        ("correct", "reconcile"),
        "On call; engineering when more than one confirmation of the day failed.",
        "The original is confirmed with its own id, or re-posted where it had failed, and the check is clean.",
    ),
    6: Guide(
        "The bank charged, paid or adjusted something that nobody modelled.",
        (CODE, ALIKE, BANK_LINES, STATEMENTS_LAST),
        ("correct", "reconcile"),
        "Finance. A code that comes again wants a use case of its own.",
        "The item is booked on its own account, and the check is clean.",
    ),
}  # fmt: skip
UNKNOWN = Guide(
    "Ledger and bank differ, and no single cause explains it.",
    (STATEMENTS, LEDGER_ROWS, BANK_LINES, ALIKE, PAYMENT),
    ("correct", "reconcile"),
    "Finance and engineering together once it has stood for a day over several runs.",
    "Both sides are explained; the case ends with the check that finds no difference.",
)
PLANES = Guide(
    "Commerce, provider and ledger tell different stories of one payment.",
    (PAYMENT, CALLBACKS, WORK),
    ("correct", "endpoints"),
    "Support while a customer waits, integration where a provider is silent.",
    "The next run across the planes matches the payment.",
)


def guide_for(cause: int | None, plane_pair: str) -> Guide:
    """The runbook of a case. `cause` as the case has it."""
    if plane_pair != "ledger-bank":
        return PLANES
    return GUIDES.get(cause or 0, UNKNOWN)
