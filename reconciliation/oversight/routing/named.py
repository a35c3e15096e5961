"""What leads to a playbook, in words. Pure."""

import re

from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.oversight.escalation.rules import SHIPPED
from reconciliation.oversight.signals.catalogue import SIGNALS

CAMEL = re.compile(r"(?<!^)(?=[A-Z])")


def planes_words(pair: str) -> str:
    """ "provider ↔ ledger"."""
    return PAIR_WORDS.get(pair, pair.replace("-", " ↔ "))


def signal_words(key: str) -> str:
    """ "posted before Confirmed", as a sentence goes on."""
    name = SIGNALS[key].name
    return name[:1].lower() + name[1:]


def escalation_words(signal: str) -> str:
    """The title of the rule that ships for it, as a sentence goes on."""
    title = next(rule.title for rule in SHIPPED if rule.signal == signal)
    return title[:1].lower() + title[1:]


def alert_words(alert: str) -> str:
    """ "drift heartbeat" of DriftHeartbeat."""
    return CAMEL.sub(" ", alert).lower()
