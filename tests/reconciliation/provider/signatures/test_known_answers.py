"""The known answers of the schemes, and what a single changed byte does to each of them."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.provider.formats.adyen_items import read_items
from reconciliation.provider.signatures.adyen import signed_text
from reconciliation.provider.signatures.registry import VERIFIERS

ADYEN = {
    "pspReference": "7914073381342284",
    "merchantAccountCode": "TestMerchant",
    "merchantReference": "TestPayment-1407325143704",
    "amount": {"value": 1130, "currency": "EUR"},
    "eventCode": "AUTHORISATION",
    "success": "true",
    "additionalData": {"hmacSignature": "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},
}
KOBBOPAY = b'{"event":"payment.confirmed","paymentId":"pay_1","orderId":"4041"}'
# scheme: headers, body, key, Unix seconds
ANSWERS: dict[str, tuple[list[tuple[str, str]], bytes, str, int]] = {
    "standard": (
        [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        1614265330,
    ),
    "adyen": ([], json.dumps(ADYEN).encode(), "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056", 0),
    "btcpay": (
        [("BTCPay-Sig", "sha256=508abf9d8912396887375d0fe4a8d86792cd62c03377ca7684369cffc3a98131")],
        b'{"event":"payment.confirmed"}',
        "secret",
        0,
    ),
    "kobbopay": (
        [
            ("X-Kobbopay-Timestamp", "1700000000"),
            ("X-Kobbopay-Signature", "f0b5e6eb6d341481dc08fd6f307878c9f7898a90a50128779d03eb0eb06b7fff"),
        ],
        KOBBOPAY,
        "test-webhook-secret-not-real",
        1700000000,
    ),
}


@pytest.mark.parametrize("scheme", ANSWERS)
def test_a_known_answer_verifies(scheme: str) -> None:
    headers, body, key, at = ANSWERS[scheme]
    verdict = VERIFIERS[scheme](headers, body, [key], datetime.fromtimestamp(at, UTC))
    assert (verdict.verified, verdict.reason, verdict.key) == (True, None, 0)


def test_the_svix_names_carry_the_same_signature() -> None:
    headers, body, key, at = ANSWERS["standard"]
    svix = [(name.replace("webhook", "Svix").upper(), value) for name, value in headers]
    verdict = VERIFIERS["standard"](svix, body, [key], datetime.fromtimestamp(at, UTC))
    assert verdict.verified and verdict.signed_id == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_adyen_signs_the_documented_text() -> None:
    (item,) = read_items(ANSWERS["adyen"][1])
    assert signed_text(item) == "7914073381342284::TestMerchant:TestPayment-1407325143704:1130:EUR:AUTHORISATION:true"


@pytest.mark.parametrize("scheme", ANSWERS)
@given(data=st.data())
def test_one_changed_byte_does_not_verify(scheme: str, data: st.DataObject) -> None:
    headers, body, key, at = ANSWERS[scheme]
    parts = ["body", "key", *(["header"] if headers else [])]
    part = data.draw(st.sampled_from(parts))
    if part == "body":
        body = _bent(data, body) if scheme != "adyen" else _bent_field(data)
    elif part == "key":
        key = _bent(data, key.encode()).decode("latin-1")
    else:
        at_header = data.draw(st.integers(0, len(headers) - 1))
        name, value = headers[at_header]
        bent = (name, _bent(data, value.encode()).decode("latin-1"))
        if data.draw(st.booleans()):
            bent = (_bent(data, name.encode()).decode("latin-1"), value)
        headers = [bent if number == at_header else pair for number, pair in enumerate(headers)]
    if (headers, body, key, at) == ANSWERS[scheme] or _same_key(scheme, key) or _same_names(scheme, headers):
        return
    assert not VERIFIERS[scheme](headers, body, [key], datetime.fromtimestamp(at, UTC)).verified


def _bent(data: st.DataObject, raw: bytes) -> bytes:
    at = data.draw(st.integers(0, len(raw) - 1))
    return raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]


def _bent_field(data: st.DataObject) -> bytes:
    """Adyen signs fields: one character of one signed field, or of the signature, is another."""
    name = data.draw(st.sampled_from(["pspReference", "merchantAccountCode", "merchantReference", "eventCode"]))
    text = str(ADYEN[name])
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_characters=text[at], exclude_categories=("Cs",)))
    return json.dumps({**ADYEN, name: text[:at] + other + text[at + 1 :]}).encode()


def _same_key(scheme: str, key: str) -> bool:
    """Hexadecimal has two cases: the same key."""
    return scheme == "adyen" and key.upper() == ANSWERS[scheme][2]


def _same_names(scheme: str, headers: list[tuple[str, str]]) -> bool:
    """Header names have no case, and blanks around a value do not belong to it."""
    plain = [(name.lower(), value.strip(" \t")) for name, value in headers]
    return plain == [(name.lower(), value) for name, value in ANSWERS[scheme][0]] and headers != ANSWERS[scheme][0]


@pytest.mark.parametrize("at", range(44))
@pytest.mark.parametrize("char", "AB/=z")
def test_a_signature_has_one_spelling(at: int, char: str) -> None:
    """The last character of base64 has bits to spare: another one may decode to the same bytes."""
    headers, body, key, seconds = ANSWERS["standard"]
    signature = headers[2][1]
    bent = signature[: 3 + at] + char + signature[4 + at :]
    if bent != signature:
        pairs = [*headers[:2], ("webhook-signature", bent)]
        verdict = VERIFIERS["standard"](pairs, body, [key], datetime.fromtimestamp(seconds, UTC))
        assert verdict.reason == "signature-mismatch"


def test_another_spelling_of_the_same_bytes_is_a_mismatch() -> None:
    headers, body, key, seconds = ANSWERS["standard"]
    signature = headers[2][1]
    other = signature[:-2] + "F="
    assert signature.endswith("E=") and base64.b64decode(other[3:]) == base64.b64decode(signature[3:])
    pairs = [*headers[:2], ("webhook-signature", other)]
    verdict = VERIFIERS["standard"](pairs, body, [key], datetime.fromtimestamp(seconds, UTC))
    assert verdict.reason == "signature-mismatch"
