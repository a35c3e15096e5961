"""What support of the demo sends beside the sentence, one macro in each of two languages."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.lookup.save_macro import save_macro

SET_UP = Actor("operator", "demo", frozenset({"policy_admin"}))
MACROS = (
    ("Where it stands", "en", "Hello,\n\n{sentence}\n\nOrder {order}, payment {payment_id}, {amount}."),
    ("Où en est le paiement", "fr", "Bonjour,\n\n{sentence}\n\nCommande {order}, paiement {payment_id}, {amount}."),
)


def make_macros(at: datetime) -> None:
    """Needs the tenant's open scope."""
    for name, language, text in MACROS:
        save_macro(name=name, language=language, text=text, actor=SET_UP, at=at)
