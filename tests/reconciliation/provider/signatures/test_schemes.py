"""What every scheme has in common: round trip, changed bytes, the two sides of the tolerance, rotation."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.provider.signatures.registry import VERIFIERS
from tests.reconciliation.provider.signing import (
    AT,
    KEYS,
    NOW,
    OTHER_KEYS,
    TIMED,
    UNTIMED,
    adyen_item,
    sign,
    signed_item,
)

SIGNATURE = {
    "btcpay": "BTCPay-Sig",
    "coinbase": "X-CC-Webhook-Signature",
    "stripe": "Stripe-Signature",
    "standard": "webhook-signature",
    "kobbopay": "X-Kobbopay-Signature",
    "bank": "X-Signature",
}
UNSIGNED = {"X-Kobbopay-Event-Id", "X-Kobbopay-Delivery-Id"}


def test_every_scheme_is_tested() -> None:
    assert set(VERIFIERS) == set(KEYS) == {*SIGNATURE, "adyen"}


@pytest.mark.parametrize("scheme", [name for name in VERIFIERS if name != "adyen"])
@given(body=st.binary(max_size=400))
def test_what_is_signed_verifies_whatever_the_bytes(scheme: str, body: bytes) -> None:
    verdict = sign(scheme, body).check()
    assert verdict.verified and verdict.key == 0
    assert verdict.signed_at == (NOW if scheme in TIMED else None)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=80))
def test_an_adyen_reference_may_hold_anything(reference: str) -> None:
    item = adyen_item(merchantReference=reference)
    assert sign("adyen", json.dumps(item).encode()).check().verified


@pytest.mark.parametrize("scheme", [name for name in VERIFIERS if name != "adyen"])
@given(data=st.data())
def test_one_changed_byte_anywhere_is_refused(scheme: str, data: st.DataObject) -> None:
    signed = sign(scheme)
    if data.draw(st.booleans()):
        at, bit = data.draw(st.integers(0, len(signed.body) - 1)), data.draw(st.integers(1, 255))
        bent = replace(signed, body=signed.body[:at] + bytes([signed.body[at] ^ bit]) + signed.body[at + 1 :])
    else:
        name, value = data.draw(st.sampled_from([pair for pair in signed.headers if pair[0] not in UNSIGNED]))
        at = data.draw(st.integers(0, len(value) - 1))
        other = data.draw(st.characters(exclude_characters=value[at] + " \t"))
        bent = signed.having(name, value[:at] + other + value[at + 1 :])
    assert not bent.check().verified


@pytest.mark.parametrize("scheme", VERIFIERS)
def test_another_key_is_a_mismatch(scheme: str) -> None:
    assert sign(scheme).check(OTHER_KEYS[scheme]).reason == "signature-mismatch"


@pytest.mark.parametrize("scheme", VERIFIERS)
def test_during_a_rotation_it_says_which_key_fitted(scheme: str) -> None:
    old, new = KEYS[scheme], OTHER_KEYS[scheme]
    assert sign(scheme).check(new, old).key == 1
    assert sign(scheme, key=new).check(new, old).key == 0
    assert sign(scheme).check("", "\udcff", new, old).key == 3, "what is no key keeps its place"


@pytest.mark.parametrize("scheme", VERIFIERS)
@pytest.mark.parametrize("keys", [("",), (" ",), ("whsec_",), ("\udcff",), ("", "  ")])
def test_an_empty_secret_verifies_nobody(scheme: str, keys: tuple[str, ...]) -> None:
    usable = scheme not in ("standard", "adyen") and "whsec_" in keys
    assert sign(scheme).check(*keys).reason == ("signature-mismatch" if usable else "no-usable-key")
    assert VERIFIERS[scheme](sign(scheme).headers, sign(scheme).body, (), NOW).reason == "no-usable-key"


@pytest.mark.parametrize("scheme", TIMED)
@pytest.mark.parametrize(
    ("away", "good"),
    [
        (timedelta(seconds=300), True),
        (timedelta(seconds=-300), True),
        (timedelta(seconds=301), False),
        (timedelta(seconds=-301), False),
        (timedelta(seconds=300, microseconds=1), False),
        (timedelta(seconds=-300, microseconds=-1), False),
        (timedelta(days=40_000), False),
    ],
)
def test_five_minutes_hold_on_both_sides(scheme: str, away: timedelta, good: bool) -> None:
    assert sign(scheme).check(now=NOW + away).reason == (None if good else "clock-skew")


@pytest.mark.parametrize("scheme", UNTIMED)
def test_a_scheme_without_a_signed_time_never_ages(scheme: str) -> None:
    assert sign(scheme).check(now=NOW + timedelta(days=400)).verified


@pytest.mark.parametrize("scheme", SIGNATURE)
def test_header_names_have_no_case(scheme: str) -> None:
    signed = sign(scheme)
    for change in (str.lower, str.upper, str.title):
        assert replace(signed, headers=tuple((change(n), v) for n, v in signed.headers)).check().verified


@pytest.mark.parametrize("scheme", SIGNATURE)
def test_a_missing_or_empty_header_has_its_reason(scheme: str) -> None:
    signed = sign(scheme)
    for name in [name for name, _ in signed.headers if name not in UNSIGNED]:
        without = tuple(pair for pair in signed.headers if pair[0] != name)
        assert replace(signed, headers=without).check().reason == "missing-headers"
        assert signed.having(name, " ").check().reason == "missing-headers"
        twice = (*signed.headers, (name.upper(), signed.value(name)))
        assert replace(signed, headers=twice).check().reason == "duplicate-headers"
    assert replace(signed, headers=()).check().reason == "missing-headers"


@pytest.mark.parametrize("name", sorted(UNSIGNED))
def test_what_kobbopay_does_not_sign_changes_nothing(name: str) -> None:
    assert sign("kobbopay").having(name, "anything").check() == sign("kobbopay").check()


def test_one_of_several_signatures_is_enough() -> None:
    stripe, standard = sign("stripe"), sign("standard")
    good = stripe.value("Stripe-Signature").partition("v1=")[2]
    for value in (f"t={AT},v1={'0' * 64},v1={good}", f"v0={'0' * 64},v1={good},t={AT}", f"t={AT},v1={good},v1=x"):
        assert stripe.having("Stripe-Signature", value).check().verified
    good = standard.value("webhook-signature")
    for value in (f"v1,{'A' * 43}= {good}", f"v1a,xyz {good}", f"{good} v1,short"):
        assert standard.having("webhook-signature", value).check().verified


def test_a_stripe_header_has_one_time() -> None:
    good = sign("stripe").value("Stripe-Signature")
    for value in (f"{good},t={AT}", f"{good},t={AT + 1}", f"t={AT - 1},{good}", good.replace("t=", "T=")):
        assert sign("stripe").having("Stripe-Signature", value).check().reason == "invalid-timestamp"


def test_an_older_version_is_no_way_in() -> None:
    good = sign("stripe").value("Stripe-Signature")
    assert sign("stripe").having("Stripe-Signature", good.replace("v1", "v0")).check().reason == "signature-mismatch"
    good = sign("standard").value("webhook-signature")
    for version in ("v0", "v1a", "V1", "v2"):
        bent = sign("standard").having("webhook-signature", good.replace("v1", version))
        assert bent.check().reason == "signature-mismatch"


def test_stripe_keys_are_taken_with_their_prefix() -> None:
    assert sign("stripe", key=KEYS["stripe"].removeprefix("whsec_")).check().reason == "signature-mismatch"


def test_a_standard_key_may_lack_prefix_and_padding() -> None:
    key = KEYS["standard"].removeprefix("whsec_")
    assert sign("standard").check(key).verified and sign("standard").check(key.rstrip("=")).verified


@pytest.mark.parametrize("field", ["pspReference", "merchantAccountCode", "merchantReference", "eventCode"])
@given(data=st.data())
def test_a_changed_field_of_an_adyen_notification_is_refused(field: str, data: st.DataObject) -> None:
    item = signed_item(adyen_item())
    at = data.draw(st.integers(0, len(item[field]) - 1))
    other = data.draw(st.characters(exclude_characters=item[field][at], exclude_categories=("Cs",)))
    body = json.dumps({**item, field: item[field][:at] + other + item[field][at + 1 :]}).encode()
    assert not VERIFIERS["adyen"]((), body, [KEYS["adyen"]], NOW).verified


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": {"value": 1131, "currency": "EUR"}},
        {"amount": {"value": 1130, "currency": "USD"}},
        {"success": "false"},
        {"originalReference": "X"},
    ],
)
def test_another_amount_or_outcome_is_refused(changes: dict[str, object]) -> None:
    body = json.dumps({**signed_item(adyen_item()), **changes}).encode()
    assert VERIFIERS["adyen"]((), body, [KEYS["adyen"]], NOW).reason == "signature-mismatch"


def test_a_colon_cannot_move_from_one_adyen_field_into_another() -> None:
    item = signed_item(adyen_item(merchantReference="a:b"))
    moved = {**item, "merchantAccountCode": "DemoMerchant:a", "merchantReference": "b"}
    reasons = [VERIFIERS["adyen"]((), json.dumps(one).encode(), [KEYS["adyen"]], NOW).reason for one in (item, moved)]
    assert reasons == [None, "signature-mismatch"]


def test_every_notification_of_an_adyen_body_must_verify() -> None:
    good, bad = signed_item(adyen_item()), signed_item(adyen_item(), OTHER_KEYS["adyen"])
    plain = adyen_item()
    for items, reason in [
        ([good, good], None), ([good, bad], "signature-mismatch"), ([plain, good], "missing-signature"),
        ([], "unreadable-body"), ([good] * 65, "unreadable-body"),
    ]:  # fmt: skip
        body = json.dumps({"notificationItems": [{"NotificationRequestItem": item} for item in items]}).encode()
        assert VERIFIERS["adyen"]((), body, [KEYS["adyen"]], NOW).reason == reason
