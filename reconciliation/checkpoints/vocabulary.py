"""What policy can speak about: every transition of every plane and every correction, and what may be asked of each. Pure.

A name stands here exactly when the code asks policy about it; a test holds both ways. What a transition carries as a fact,
a clause may select by; what it does not carry, no clause may name.
"""

from dataclasses import dataclass
from typing import Literal

from reconciliation.checkpoints.steps import COMMERCE_STEPS, LEDGER_STEPS, PROVIDER_STEPS, Step

Plane = Literal["commerce", "provider", "finance", "bank", "control"]
Stage = Literal["detection", "eligibility", "policy confirmation", "finance reconciliation", "treasury posting"]
STAGES: tuple[Stage, ...] = (
    "detection", "eligibility", "policy confirmation", "finance reconciliation", "treasury posting",
)  # fmt: skip
DOORS = {
    "screen": "a person at the screen",
    "personal token": "a person's own token",
    "api": "an integration",
    "rule": "a rule or a job",
    "command": "an operator's command",
}
# What may not skip a checkpoint: a door, or an override of the checkpoint itself.
BYPASSES = DOORS | {"override": "an override", "delegate": "a delegate's approval"}
BASIC = frozenset({"door", "role"})
POSTED = BASIC | {"use_case", "account", "asset", "amount", "provider_state", "matched"}
BOOKED = POSTED | {"reason_code", "bank_code", "flow"}
SETTING = BASIC | {"account", "asset", "rail"}
RULE = BASIC | {"use_case", "account"}


@dataclass(frozen=True, slots=True)
class Transition:
    """One thing that can happen. `facts` are what a clause may select by; `observed`: it states what is, so policy records it
    and never refuses it. `asked`: whether it can wait for an approval. What "never" comes as a request is allowed or forbidden;
    what "always" does is approved by somebody or forbidden; of the rest policy says, case by case, who looks. `by_name`: doors
    that a clause lets through by itself only where it names them; one that names none lets people through, and not these."""

    name: str
    plane: Plane
    words: str
    reaches: Stage
    facts: frozenset[str] = BASIC
    steps: frozenset[Step] = frozenset()
    observed: bool = False
    asked: Literal["never", "as policy says", "always"] = "never"
    requirements: frozenset[str] = frozenset()
    by_name: frozenset[str] = frozenset()

    @property
    def outcomes(self) -> frozenset[str]:
        """What policy can answer."""
        if self.observed:
            return frozenset({"automatic"})
        always, never = self.asked == "always", self.asked == "never"
        return (
            frozenset({"forbidden"}) | ({"automatic"} if not always else set()) | ({"approval"} if not never else set())
        )

    @property
    def leaves(self) -> Stage:
        """The stage before the one that it reaches."""
        return STAGES[max(0, STAGES.index(self.reaches) - 1)]


def _vocabulary(*transitions: Transition) -> dict[str, Transition]:
    return {t.name: t for t in transitions}


T = Transition
MAY: Literal["as policy says"] = "as policy says"
MUST: Literal["always"] = "always"
CASE = BASIC | {"exception_class", "asset", "amount", "plane_pair"}
WORDED = frozenset({"permitted", "noted", "signed"})
VOCABULARY: dict[str, Transition] = _vocabulary(
    T("provider.move", "provider", "a payment moves at its provider", "detection", frozenset({"from", "to"}),
      PROVIDER_STEPS, observed=True),
    T("commerce.record", "commerce", "an order is recorded", "detection", BASIC, observed=True),
    T("commerce.move", "commerce", "an order is moved by rule", "eligibility",
      BASIC | {"from", "to", "asset", "rail"}, COMMERCE_STEPS),
    T("commerce.move_by_hand", "commerce", "an order is moved by hand", "eligibility",
      BASIC | {"from", "to", "asset", "rail", "amount", "provider_state"}, COMMERCE_STEPS,
      requirements=frozenset({"reason_code", "ticket"}), asked=MAY),
    T("matcher.settle", "finance", "a matcher joins rows", "finance reconciliation", frozenset({"account", "plane_pair"}),
      observed=True),
    T("case.open", "finance", "a case is opened or follows its difference", "finance reconciliation",
      frozenset({"account", "plane_pair"}), observed=True),
    T("case.resolve_by_rule", "finance", "a matcher resolves cases by itself", "finance reconciliation",
      BASIC | {"exception_class", "plane_pair"}),
    T("case.resolve", "finance", "a case is ended by hand", "finance reconciliation", CASE, requirements=WORDED,
      asked=MAY),
    T("case.resolve_other", "finance", "a case is ended as other", "finance reconciliation", CASE,
      requirements=frozenset({"permitted", "noted"}), asked=MUST),
    T("posting.plan", "finance", "a posting is planned", "policy confirmation", POSTED,
      frozenset({LEDGER_STEPS["plan"]}), asked=MAY),
    T("posting.post", "finance", "a posting is made", "treasury posting", POSTED, frozenset({LEDGER_STEPS["post"]}), asked=MAY),
    T("posting.repost", "finance", "a corrected posting is made anew", "treasury posting", POSTED,
      frozenset({LEDGER_STEPS["post"]}), asked=MAY),
    T("posting.confirm", "finance", "a planned posting is confirmed", "treasury posting", POSTED,
      frozenset({LEDGER_STEPS["confirm"]}), asked=MAY),
    T("posting.fail", "finance", "a planned posting fails", "policy confirmation", POSTED,
      frozenset({LEDGER_STEPS["fail"]}), asked=MAY),
    T("correction.reverse", "finance", "a posting is reversed", "treasury posting", POSTED | {"reason_code"},
      frozenset({LEDGER_STEPS["reverse"]}), asked=MAY),
    T("correction.confirm", "finance", "a planned posting is confirmed by a correction", "treasury posting",
      POSTED | {"reason_code"}, frozenset({LEDGER_STEPS["confirm"]}), asked=MAY),
    T("correction.repost", "finance", "a posting that failed, was reversed or has another amount is posted anew",
      "treasury posting",
      POSTED | {"reason_code"}, frozenset({LEDGER_STEPS["reverse"], LEDGER_STEPS["post"]}), asked=MAY),
    T("correction.book", "finance", "what the bank alone shows is booked", "treasury posting", BOOKED,
      frozenset({LEDGER_STEPS["post"]}), asked=MAY, by_name=frozenset({"rule"})),
    T("correction.identify", "finance", "a receipt in suspense is given to its payment", "treasury posting",
      POSTED | {"reason_code"}, frozenset({LEDGER_STEPS["post"]}), asked=MAY),
    T("correction.join", "finance", "a bank line without reference is joined with an entry, or kept apart from it",
      "finance reconciliation", POSTED | {"reason_code"}, asked=MUST),
    T("correction.batch", "finance", "every posting of a use case with the wrong sign is reversed and posted anew",
      "treasury posting", BASIC | {"use_case", "account", "asset", "amount", "reason_code"},
      frozenset({LEDGER_STEPS["reverse"], LEDGER_STEPS["post"]}), asked=MUST),
    T("period.close", "finance", "an accounting period is closed", "finance reconciliation", BASIC, asked=MUST),
    T("period.reopen", "finance", "closed books are opened again", "finance reconciliation", BASIC, asked=MUST),
    T("setting.calendar", "bank", "a bank account is opened with its calendar", "policy confirmation", SETTING),
    T("setting.matcher", "control", "a matcher is set up", "policy confirmation", BASIC | {"plane_pair"}),
    T("setting.endpoint", "control", "an endpoint is opened or changed", "policy confirmation", SETTING),
    T("setting.recognition", "control", "a rule of recognition is set", "policy confirmation", SETTING),
    T("setting.fulfilment", "control", "a rule of fulfilment is set", "policy confirmation", SETTING),
    T("setting.booking", "bank", "an account for bookings is set", "policy confirmation", SETTING),
    T("setting.posting_rule", "control", "the first posting rule of a use case is set", "policy confirmation", RULE),
    T("setting.posting_rule_change", "control", "a posting rule changes", "policy confirmation", RULE, asked=MUST),
    T("setting.polling", "control", "polling is set", "policy confirmation", SETTING),
    T("setting.receiver", "control", "a receiver of notifications is set up", "policy confirmation"),
    T("setting.receiver_change", "control", "a receiver of notifications is added or ended", "policy confirmation", asked=MUST),
    T("setting.escalation_set_up", "control", "a rule of escalation is set up", "policy confirmation"),
    T("setting.escalation", "control", "a rule of escalation changes", "policy confirmation", asked=MUST),
    T("setting.gate", "control", "how many clean days open the release gate changes", "policy confirmation", asked=MUST),
    T("setting.terms", "control", "the terms of a matcher change", "policy confirmation", BASIC | {"plane_pair"}, asked=MUST),
    T("setting.calendar_change", "bank", "the calendar of a bank account changes", "policy confirmation", SETTING, asked=MUST),
    T("setting.access", "control", "who may decide changes", "policy confirmation", BASIC | {"change", "on", "name"}, asked=MUST),
    T("policy.activate", "control", "a checkpoint is put in force", "policy confirmation", BASIC | {"looser"}, asked=MUST),
    T("incident.open", "control", "a security incident is opened", "finance reconciliation", BASIC | {"account"}, observed=True),
    T("incident.release", "control", "a security incident is released", "policy confirmation", BASIC | {"account", "root_cause"},
      asked=MUST),
    T("recovery.open", "control", "a recovery run is opened", "finance reconciliation"),
    T("recovery.step", "control", "a step of a recovery run is done", "finance reconciliation"),
    T("recovery.classify", "control", "a gap of a recovery run gets its class", "finance reconciliation"),
    T("recovery.tie", "control", "a correction or a draft is tied to a recovery run", "finance reconciliation"),
    T("recovery.plan", "control", "the owner of a recovery run or the planned end of its freeze changes", "finance reconciliation"),
    T("recovery.move_order", "commerce", "an order is moved for a gap of a recovery run", "eligibility",
      BASIC | {"from", "to", "asset", "rail", "amount", "provider_state"}, COMMERCE_STEPS,
      requirements=frozenset({"reason_code", "ticket"}), asked=MUST),
    T("recovery.accept", "control", "a gap of a recovery run is accepted as it is", "finance reconciliation",
      BASIC | {"exception_class", "asset", "amount"}, asked=MUST),
    T("recovery.close", "control", "a recovery run is closed", "policy confirmation", asked=MUST),
    T("recovery.stop", "control", "a recovery run is stopped before its end, its freeze lifted", "policy confirmation",
      BASIC | {"step"}, asked=MUST),
    T("recovery.withdraw", "control", "a recovery run that froze nothing is withdrawn", "finance reconciliation"),
    T("policy.override", "control", "a checkpoint is lifted for a time", "policy confirmation", BASIC, asked=MUST),
)  # fmt: skip
LOOKED_UP = frozenset({"provider_state", "matched"})  # facts that cost a look; asked only where a clause reads them
