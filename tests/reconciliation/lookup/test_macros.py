"""What a macro may say, and how it reads for one payment."""

import pytest

from reconciliation.errors import BadInput
from reconciliation.lookup.macros import checked_name, checked_text, explorer_link, rendered

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


@pytest.mark.parametrize(
    "text",
    [
        "See https://mempool.space/tx/abc", "https://www.blockchair.com/bitcoin", "look at etherscan.io/address/0x12",
        "www.blockchain.com/explorer", f"https://example.org/{TXID}", f"example.org/{TXID}", "HTTPS://X.TEST/TX/1",
        "https://shop.test/tx/{payment_id}", "(https://tronscan.org/#/transaction/1)", "https://explorer.bank.test/a",
        "https://[bad/tx/1",
    ],
)  # fmt: skip
def test_a_block_explorers_link_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(BadInput, match="leads to a block explorer, which is no reference") as refused:
        checked_text(text)
    assert refused.value.where == "text"


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\n{sentence}\n\nYours, the shop", "Our terms: https://shop.test/help/payments?lang=en",
        "Ask at help@shop.test or shop.test/contact.", "We do transactions/blocks of work daily.", "{payment_id}{order}{amount}",
        "We look at no address but yours.", "Nous examinons {amount} « tout de suite »",
    ],
)  # fmt: skip
def test_words_and_other_links_stand(text: str) -> None:
    assert checked_text(f"  {text}\r\n") == text
    assert explorer_link(text) is None


@pytest.mark.parametrize(
    ("text", "named"), [("{txid}", "{txid} is no placeholder"), ("{ amount }", "{ amount } is no placeholder"), ("{}", "{} is"),
                        ("{amount", "a brace stands alone"), ("}", "a brace stands alone"), ("{amount.x}", "{amount.x} is")]
)  # fmt: skip
def test_an_unknown_placeholder_is_refused_by_its_name(text: str, named: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_text(text)
    assert named in str(refused.value)
    assert "{payment_id}" in str(refused.value)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001, "a\x00b", "a\u202eb"])
def test_a_text_that_cannot_be_sent_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checked_text(text)


@pytest.mark.parametrize("name", ["", " ", "n" * 61, "a\nb"])
def test_a_macro_has_a_name(name: str) -> None:
    with pytest.raises(BadInput):
        checked_name(name)


def test_it_is_filled_for_a_payment_and_says_what_is_missing() -> None:
    values = {
        "payment_id": "p-1",
        "order": "{amount}",
        "amount": "5.00 EUR",
        "sentence": "Yes.",
        "merchant_reference": "",
    }
    assert rendered("{payment_id}: {order}, {amount}. {sentence}", values) == ("p-1: {amount}, 5.00 EUR. Yes.", ())
    assert rendered("{merchant_reference} {merchant_reference} {order}", values)[1] == ("merchant_reference",)
