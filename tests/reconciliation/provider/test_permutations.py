"""Whatever the order and however often each is delivered, 300 events fold to one digest."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciliation.provider.formats.event import EVENT_TYPES, FLAGS, ProviderEvent
from reconciliation.provider.lifecycle import digest, fold, fold_payments
from reconciliation.provider.signatures.registry import VERIFIERS

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
SEED = 20260310


def events(count: int, chance: random.Random) -> list[ProviderEvent]:
    """Events of a dozen payments, many in the same second, some ids twice with other contents."""
    return [
        ProviderEvent(
            scheme=chance.choice(sorted(VERIFIERS)[:3]),
            event_id=f"e{chance.randrange(count)}",
            type=chance.choice(EVENT_TYPES),
            provider_type="word",
            payment_ref=f"p{chance.randrange(4)}",
            order_ref="",
            occurred_at=START + timedelta(seconds=chance.randrange(60)),
            amount_minor=chance.choice((None, 100, 200)),
            flags=tuple(sorted(chance.sample(FLAGS, chance.choice((0, 0, 1, 2))))),
        )
        for _ in range(count)
    ]


def test_permutations_fold_to_one_digest(sized: Callable[[int], int]) -> None:
    chance = random.Random(SEED)
    told = events(300, chance)
    digests = set()
    for _ in range(sized(500)):
        delivered = [event for event in told for _ in range(chance.randint(1, 5))]
        late = [replace(event, occurred_at=event.occurred_at + timedelta(days=1)) for event in chance.sample(told, 30)]
        delivered += late  # delivered again with a later signed time, as Kobbopay does
        chance.shuffle(delivered)
        digests.add(digest(fold_payments(delivered)))
    assert len(digests) == 1


def test_every_event_is_a_step_of_its_payment() -> None:
    told = events(300, random.Random(SEED))
    steps = [step for known in fold_payments(told).values() for step in known.steps]
    assert len(steps) == len({replace(event, occurred_at=START) for event in told})
    assert {step.outcome for step in steps} == {"moved", "fell", "stood", "contradicted", "unknown"}


def test_another_event_is_another_digest() -> None:
    told = events(300, random.Random(SEED))
    whole = digest(fold_payments(told))
    assert digest(fold_payments([*told, replace(told[0], event_id="one more")])) != whole
    assert digest(fold_payments([replace(told[0], amount_minor=7), *told[1:]])) != whole


@given(st.integers(0, 10**6), st.integers(1, 12))
def test_small_histories_fold_the_same_forwards_and_backwards(seed: int, count: int) -> None:
    told = events(count, random.Random(seed))
    assert repr(fold(told)) == repr(fold(told[::-1] + told))
