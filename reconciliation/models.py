"""Django looks for models here; each lives in its own package."""

from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.approvals.standing_models import Delegation, Restriction, Right
from reconciliation.backtest.models import Backtest, BacktestFlip, DryRun, SettingDraft
from reconciliation.bank.gap_models import ModelGapNote
from reconciliation.bank.models import (
    BankAccount,
    BankCalendar,
    BankFile,
    BankImport,
    BankLine,
    BankPeriod,
    BankSample,
    BankStatement,
    BookingAccount,
    CsvProfile,
)
from reconciliation.cases.models import CaseEvent, CaseRow, CaseSelection, ExceptionCase
from reconciliation.checkpoints.freeze_models import FreezeEnd, FreezeWindow
from reconciliation.checkpoints.models import (
    CheckpointDecision,
    CheckpointOverride,
    CheckpointPolicy,
    CheckpointShadow,
    CheckpointVersion,
)
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.corrections.batches.models import BatchDone, BatchMember, CorrectionBatch
from reconciliation.drift.models import DriftCheck, DriftContribution
from reconciliation.incidents.models import Incident, IncidentCase, IncidentNote, IncidentRelease, PartnerCall
from reconciliation.lookup.models import Macro
from reconciliation.matching.models import (
    CountedShift,
    Match,
    MatcherVersion,
    MatchLeg,
    MatchRun,
    PlaneLeg,
    PlaneMatch,
    PlaneRun,
)
from reconciliation.outbox_models import OutboxItem
from reconciliation.oversight.escalation.models import (
    Acknowledgement,
    EscalationDelivery,
    EscalationRule,
    Notification,
    Receiver,
)
from reconciliation.oversight.gate_days.models import GateSetting
from reconciliation.oversight.review.models import CauseConfirmed, ReviewCause
from reconciliation.oversight.signals.models import SignalRaised, SignalReading
from reconciliation.people.models import ApiToken, Membership, Person, User
from reconciliation.planes.models import RecognitionRule
from reconciliation.postings.models import PostingRule
from reconciliation.provider.models import (
    Delivery,
    Endpoint,
    EndpointKey,
    Event,
    InboxItem,
    ProviderMove,
    ProviderPayment,
    Quarantined,
    Sighting,
)
from reconciliation.provider.polling.models import Poll, PollGap, Polling
from reconciliation.recovery.models import EvidenceBundle, EvidencePiece
from reconciliation.recovery.runs.models import RecoveryClass, RecoveryEnd, RecoveryGap, RecoveryRun, RecoveryStep

__all__ = [
    "Acknowledgement",
    "ApiToken",
    "ApprovalDecision",
    "ApprovalExecution",
    "ApprovalRequest",
    "Backtest",
    "BacktestFlip",
    "BankAccount",
    "BankCalendar",
    "BankFile",
    "BankImport",
    "BankLine",
    "BankPeriod",
    "BankSample",
    "BankStatement",
    "BatchDone",
    "BatchMember",
    "BookingAccount",
    "CaseEvent",
    "CaseRow",
    "CaseSelection",
    "CauseConfirmed",
    "CheckpointDecision",
    "CheckpointOverride",
    "CheckpointPolicy",
    "CheckpointShadow",
    "CheckpointVersion",
    "CorrectionBatch",
    "CountedShift",
    "CsvProfile",
    "Delegation",
    "Delivery",
    "DriftCheck",
    "DriftContribution",
    "DryRun",
    "Endpoint",
    "EndpointKey",
    "EscalationDelivery",
    "EscalationRule",
    "Event",
    "EvidenceBundle",
    "EvidencePiece",
    "ExceptionCase",
    "FreezeEnd",
    "FreezeWindow",
    "GateSetting",
    "InboxItem",
    "Incident",
    "IncidentCase",
    "IncidentNote",
    "IncidentRelease",
    "Macro",
    "Match",
    "MatchLeg",
    "MatchRun",
    "MatcherVersion",
    "Membership",
    "ModelGapNote",
    "Notification",
    "Order",
    "OrderMove",
    "OutboxItem",
    "PartnerCall",
    "Person",
    "PlaneLeg",
    "PlaneMatch",
    "PlaneRun",
    "Poll",
    "PollGap",
    "Polling",
    "PostingRule",
    "ProviderMove",
    "ProviderPayment",
    "Quarantined",
    "Receiver",
    "RecognitionRule",
    "RecoveryClass",
    "RecoveryEnd",
    "RecoveryGap",
    "RecoveryRun",
    "RecoveryStep",
    "Restriction",
    "ReviewCause",
    "Right",
    "SettingDraft",
    "Sighting",
    "SignalRaised",
    "SignalReading",
    "User",
]
