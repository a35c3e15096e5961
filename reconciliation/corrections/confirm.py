"""The kind "confirm": an original PENDING transaction becomes POSTED on the day of the bank line that matches it
exactly."""

from reconciliation.approvals.kinds import Kind
from reconciliation.cases.waiting_cases import release
from reconciliation.corrections import effects
from reconciliation.corrections.frozen import facts_of
from reconciliation.corrections.preview import preview_confirmation

CONFIRM = Kind("confirm", "correction.confirm", preview_confirmation, facts_of, effects.confirm, release, together=True)
