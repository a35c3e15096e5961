"""Why money could leave that nobody here initiated: the closed list that a release names one of. Pure; the database has it too."""

ROOT_CAUSES: dict[str, str] = {
    "unauthorised_access": "somebody used an access to the bank or to our systems that was not theirs",
    "inside_misuse": "somebody used an access of their own for what they may not do",
    "bank_error": "the bank booked it by mistake and says so",
    "standing_mandate": "a mandate or standing order with the bank that our books did not know",
    "sent_past_the_ledger": "it is ours, sent by a way that does not pass the ledger",
}
LEAST, LONGEST = 20, 4000
