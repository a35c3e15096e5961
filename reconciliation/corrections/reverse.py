"""The kind "reverse": a POSTED transaction is mirrored, whole and once."""

from reconciliation.approvals.kinds import Kind
from reconciliation.cases.waiting_cases import release
from reconciliation.corrections import effects
from reconciliation.corrections.frozen import facts_of
from reconciliation.corrections.preview import preview_reversal

REVERSE = Kind("reverse", "correction.reverse", preview_reversal, facts_of, effects.reverse, release, together=True)
