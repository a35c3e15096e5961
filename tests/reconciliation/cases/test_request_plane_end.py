"""A case between planes, which is of no bank account, ended by a code that needs a second person."""

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.request_resolution import request_resolution
from reconciliation.cases.resolutions import ends_by_hand
from tests.people import UserMaker
from tests.reconciliation.planes.shop import NOON, Shop
from tests.reconciliation.planes.test_auto_resolution import short_by
from tests.reconciliation.postings.test_held import Held


def test_a_case_of_no_account_is_ended_by_two(acme: Tenant, user_of: UserMaker) -> None:
    shop = Shop(acme.id)
    one = {
        "moves": ["case.resolve"], "outcome": "approval", "approval": {"roles": ["controller"], "quorum": 1},
        "reason": "Two end a case.",
    }  # fmt: skip
    held = Held(shop, user_of, one)
    case = short_by(shop, 7_000)
    code = next(c for c in ends_by_hand(case.exception_class) if c != "other")
    first, second = held.controllers
    with tenant(acme.id):
        made = request_resolution(
            number=case.number, code=code, note="as the customer wrote", idempotency_key="k1", actor=first, at=NOON
        )
    assert held.decide(made, second).state == "executed"
    with tenant(acme.id):
        assert ExceptionCase.objects.get(id=case.id).resolution == code
