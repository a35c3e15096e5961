"""The signed sample notifications of Adyen's libraries, under the test key that is published with them."""

from pathlib import Path

import pytest

from ledger.assets import EXPONENTS
from reconciliation.provider.formats.read import read_events
from reconciliation.provider.signatures.registry import VERIFIERS
from tests.reconciliation.bank.samples import CORPUS
from tests.reconciliation.provider.signing import NOW

KEY = "74F490DD33F7327BAECC88B2947C011FC02D014A473AAA33A8EC93E4DC069174"
REFERENCES = {
    "backslash_notification.json": "\\\\slashes are fun",
    "colon_notification.json": ":slashes are fun",
    "forwardslash_notification.json": "//slashes are fun",
    "mixed_notification.json": "\\:/\\/slashes are fun",
}
FILES = sorted((CORPUS / "adyen").glob("*.json"))

pytestmark = pytest.mark.skipif(not FILES, reason="CORPUS_DIR names no folder with the sample files")


def test_all_samples_are_there() -> None:
    assert {path.name for path in FILES} == set(REFERENCES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_signed_sample_verifies_and_is_read(path: Path) -> None:
    body = path.read_bytes()
    verdict = VERIFIERS["adyen"]((), body, ["0" * 64, KEY], NOW)
    assert (verdict.reason, verdict.key) == (None, 1)
    (event,) = read_events("adyen", body, verdict, EXPONENTS)
    assert (event.type, event.amount_minor, event.asset) == ("detected", 1000, "EUR")
    assert event.order_ref == REFERENCES[path.name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_with_another_amount_does_not(path: Path) -> None:
    body = path.read_bytes().replace(b"1000", b"1001")
    assert VERIFIERS["adyen"]((), body, [KEY], NOW).reason == "signature-mismatch"
