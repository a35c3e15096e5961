"""What leans on a block explorer, and what only looks so."""

import pytest

from reconciliation.lookup.cited import explorer_citations, words_of

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
ETH = f"0x{TXID}"
ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"


@pytest.mark.parametrize(("text", "txid"), [
    (f"see https://mempool.space/tx/{TXID}", TXID),
    (f"https://etherscan.io/tx/{ETH}.", ETH),
    ("on https://blockchair.com/bitcoin today", ""),
    (f"https://example.org/btc/tx/{TXID}?x=1", TXID),
    (f"https://viewer.example.org/address/{ADDRESS}", ""),
    (f"https://example.org/#/tx/{ETH}", ETH),
    (f"paid with {TXID}, see there", TXID),
    (f"hash {ETH}", ETH),
    (f"mempool.space/tx/{TXID}", TXID),
    (f"bank said no. tx {TXID.upper()}", TXID.upper()),
])  # fmt: skip
def test_an_explorers_address_or_a_bare_transaction_is_cited(text: str, txid: str) -> None:
    (found,) = explorer_citations(text)
    assert found.txid == txid


@pytest.mark.parametrize("text", [
    "", "asked the desk", "https://plumbline.example.org/payments/p-o1/",
    f"https://plumbline.example.org/payments/{TXID}/",  # our own page of the payment
    "https://portal.bank.example/transactions/88123", "https://portal.bank.example/tx/2026-11-20/12",
    "https://shop.example/orders/4041/address/", "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    f"manifest sha256 {TXID}", f"sha-256: {TXID}", f"the digest is {TXID}", f"commit {TXID}",
    "reference 123456789012345678901234567890", "https://[half", "10/12 delivered, see p-o1",
    "blockchair.com",
])  # fmt: skip
def test_what_only_looks_so_is_none(text: str) -> None:
    assert explorer_citations(text) == []


def test_each_is_cited_once_and_in_order() -> None:
    found = explorer_citations(f"https://mempool.space/tx/{TXID} and {ETH} and https://mempool.space/tx/{TXID}")
    assert [(c.link, c.txid) for c in found] == [(True, TXID), (False, ETH)]


def test_the_words_of_a_text_come_without_its_marks_and_addresses() -> None:
    assert words_of(f"See (p-o1), https://mempool.space/tx/{TXID}; or “p-o2”.") == ["See", "p-o1", "or", "p-o2"]
