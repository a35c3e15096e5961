"""Brings the demo's orders and webhooks in day by day, signed and through the doors that real ones use."""

import hmac
import json
from collections import defaultdict
from datetime import date, datetime, timedelta

from console.demo.rows import DemoEvent, DemoHandMove, DemoOrder, Plan
from console.demo.shop import CARDS, WALLET
from console.demo.silence import BANK
from ledger.actors import Actor
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.move_order import move_order
from reconciliation.commerce.record_orders import record_orders
from reconciliation.commerce.requests import OrderRequest
from reconciliation.people.models import User
from reconciliation.people.who import actor_of
from reconciliation.planes.match_planes import match_planes
from reconciliation.planes.set_fulfilment import set_fulfilment
from reconciliation.planes.set_recognition import set_recognition
from reconciliation.provider.add_key import add_key
from reconciliation.provider.open_endpoint import open_endpoint
from reconciliation.provider.receive import Address, address_of, receive
from reconciliation.provider.take_in import take_in

SET_UP = Actor("operator", "demo", frozenset({"policy_admin"}))
SELLER = Actor("token", "demo-shop", frozenset({"integration"}))
JOB = Actor("job", "match_planes", frozenset({"job"}))
MOVER, REASON = "controller@demo.example", "GOODS_SENT_BY_SUPPORT"
SECRETS = {
    WALLET: "demo wallet secret, not real", CARDS: "demo card secret, not real", BANK: "demo callback secret, not real",
}  # fmt: skip
SCHEMES = {WALLET: "btcpay", CARDS: "kobbopay", BANK: "bank"}


class Shop:
    """The demo's commerce and provider planes. Needs the tenant's open scope."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.orders: dict[date, list[DemoOrder]] = defaultdict(list)
        self.events: dict[date, list[DemoEvent]] = defaultdict(list)
        for order in plan.orders:
            self.orders[order.at.date()].append(order)
        for event in plan.events:
            self.events[event.at.date()].append(event)
        self.hand_moves: dict[date, list[DemoHandMove]] = defaultdict(list)
        for hand in plan.hand_moves:
            self.hand_moves[hand.at.date()].append(hand)
        self.addresses: dict[str, Address] = {}
        self.opened = min((o.at for o in plan.orders), default=now)

    def day(self, day: date, at: datetime) -> None:
        """Orders, then events in the order of their times, then a run across the planes at the day's end."""
        if not self.addresses:
            self._open()
        sold = [_order(o) for o in self.orders[day] if o.at <= at]
        if sold:
            record_orders(sold, actor=SELLER, at=min(min(o.placed_at for o in sold), at))
        for n, hand in enumerate(self.hand_moves[day]):
            said = ByHand(hand.order, hand.before, hand.after, REASON, hand.ticket, f"demo{day:%Y%m%d}{n}", hand.note)
            move_order(said, actor=actor_of(User.objects.get(email=MOVER)), at=hand.at)
        came = sorted((e for e in self.events[day] if e.at <= at), key=lambda e: e.at)
        for event in came:
            body = json.dumps(event.body).encode()
            receive(self.addresses[event.endpoint], _signed(event, body), body, at=event.at, alone=False)
        while came and take_in(actor=JOB, at=at).deliveries:
            pass
        if sold or came:
            match_planes(actor=JOB, at=at, unique_key=f"demo {day}")

    def close(self, now: datetime) -> None:
        """What was posted by rule is matched, and what came due meanwhile is seen."""
        match_planes(actor=JOB, at=now, unique_key="demo posted", whole=True)
        match_planes(actor=JOB, at=now, unique_key="demo whole", whole=True)

    def _open(self) -> None:
        for name, scheme in SCHEMES.items():
            made = open_endpoint(name=name, scheme=scheme, actor=SET_UP, at=self.opened)
            add_key(endpoint_id=made.id, secret=SECRETS[name], actor=SET_UP, at=self.opened)
            if name == WALLET:
                set_recognition(
                    endpoint_id=made.id, asset="BTC", hold="1030", unapplied="2210", receivable="1350", actor=SET_UP,
                    at=self.opened,
                )  # fmt: skip
                set_fulfilment(rail="", asset="BTC", fulfil_on="confirmed", actor=SET_UP, at=self.opened)
            address = address_of(made.token)
            assert address is not None  # noqa: S101 (opened just now)
            self.addresses[name] = address


def _order(o: DemoOrder) -> OrderRequest:
    return OrderRequest(
        o.ref, o.amount, o.asset, o.at, o.at + timedelta(hours=o.due_hours), payment_id=o.payment_id,
        merchant_reference=o.reference, rail="onchain" if o.asset == "BTC" else "card",
    )  # fmt: skip


def _signed(event: DemoEvent, body: bytes) -> list[tuple[str, str]]:
    """As the provider signs: the body, and where the scheme wants it the time before it."""
    secret = b"a key that no endpoint of the demo has" if event.forged else SECRETS[event.endpoint].encode()
    if event.endpoint == WALLET:
        return [("BTCPay-Sig", f"sha256={hmac.new(secret, body, 'sha256').hexdigest()}")]
    stamp = str(int(event.at.timestamp()))
    made = hmac.new(secret, stamp.encode() + b"." + body, "sha256").hexdigest()
    if event.endpoint == BANK:
        return [("X-Timestamp", stamp), ("X-Signature", made)]
    return [
        ("X-Kobbopay-Event-Id", "-"), ("X-Kobbopay-Timestamp", stamp), ("X-Kobbopay-Signature", made),
        ("X-Kobbopay-Delivery-Id", stamp),
    ]  # fmt: skip
