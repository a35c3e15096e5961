"""Whatever a delivery holds, the answer is a verdict of the closed list, and it comes at once."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.provider.limits import MAX_BODY
from reconciliation.provider.signatures import compare
from reconciliation.provider.signatures.registry import VERIFIERS
from reconciliation.provider.signatures.verdict import REASONS
from tests.reconciliation.provider.signing import AT, KEYS, NOW, sign

VALUES = [
    "", "\0", "\0" * 70, "é" * 64, "١٧٠٠٠٠٠٠٠٠", "17_0", "-1", "+1700000000", "1700000000.0", "1e9", "nan", "9" * 5000,
    "0x6553f100", "\ud800", "💶", "sha256=", "sha256=" + "g" * 64, "SHA256=" + "0" * 64, "a" * 1_000_000,
    "v1=" * 5000, ",v1=" + "0" * 64, f"t={AT}," + ",".join(["v1=" + "0" * 64] * 5000), f"t={AT},t={AT},v1=x",
    "v1," * 5000, " ".join(["v1," + "A" * 43 + "="] * 5000), "=" * 5000, "," * 5000, " " * 5000, "t=,v1=", "t", "v1",
    '"', "\r\nX-Signature: x", "%00", "None",
]  # fmt: skip
BODIES = [
    b"", b"\0", b"\xff\xfe{\0}\0", b"[" * 100_000, b'{"a":' * 100_000, b"{}", b"[]", b"null", b"NaN",
    b'{"notificationItems": 1}', b'{"notificationItems": [{"NotificationRequestItem": {"pspReference": []}}]}',
    b'{"pspReference": "1", "pspReference": "2"}', b'{"amount": {"value": 1e400}}', b"9" * 5000, b'"\\ud800"',
    b"x" * (MAX_BODY + 1),
]  # fmt: skip


@pytest.mark.parametrize("scheme", VERIFIERS)
@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_hostile_header_is_refused(scheme: str, value: str) -> None:
    signed = sign(scheme)
    for name, _ in signed.headers:
        verdict = signed.having(name, value).check()
        assert verdict.reason in REASONS or name in ("X-Kobbopay-Event-Id", "X-Kobbopay-Delivery-Id")


@pytest.mark.parametrize("scheme", VERIFIERS)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_hostile_body_is_refused(scheme: str, body: bytes) -> None:
    verdict = VERIFIERS[scheme](sign(scheme).headers, body, [KEYS[scheme]], NOW)
    assert verdict.reason in REASONS and verdict.key is None


@pytest.mark.parametrize("scheme", VERIFIERS)
@given(
    names=st.lists(st.text(max_size=40), max_size=4),
    values=st.lists(st.text(max_size=90), max_size=8),
    body=st.binary(max_size=200),
    keys=st.lists(st.text(max_size=70), max_size=3),
)
def test_no_delivery_raises(scheme: str, names: list[str], values: list[str], body: bytes, keys: list[str]) -> None:
    known = [name for name, _ in sign(scheme).headers]
    headers = list(zip([*known, *names], values, strict=False))
    verdict = VERIFIERS[scheme](headers, body, keys, NOW)
    assert verdict.reason in REASONS


@pytest.mark.parametrize("scheme", [name for name in VERIFIERS if name != "adyen"])
def test_a_signed_body_beyond_the_limit_is_not_looked_at(scheme: str) -> None:
    assert sign(scheme, b"x" * MAX_BODY).check().verified
    assert sign(scheme, b"x" * (MAX_BODY + 1)).check().reason == "body-too-large"


def test_an_adyen_body_beyond_the_limit_is_not_parsed() -> None:
    body = json.dumps({"notificationItems": [], "x": "y" * MAX_BODY}).encode()
    assert VERIFIERS["adyen"]((), body, [KEYS["adyen"]], NOW).reason == "body-too-large"


@pytest.mark.parametrize(("count", "compared"), [(1, 1), (16, 16), (17, 0), (300_000, 0)])
def test_thousands_of_signatures_are_not_compared(count: int, compared: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(compare.hmac, "compare_digest", lambda made, given: bool(calls.append(given)))
    value = f"t={AT}," + ",".join(["v1=" + "0" * 64] * count)
    assert sign("stripe").having("Stripe-Signature", value).check().reason == "signature-mismatch"
    assert len(calls) == compared


@pytest.mark.parametrize("scheme", VERIFIERS)
def test_a_hundred_thousand_foreign_headers_are_passed_over(scheme: str) -> None:
    signed = sign(scheme)
    headers = [("X-" + "y" * 300, "z")] * 100_000 + list(signed.headers)
    assert VERIFIERS[scheme](headers, signed.body, [KEYS[scheme]], NOW).verified
