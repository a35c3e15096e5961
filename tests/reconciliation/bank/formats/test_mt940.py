from datetime import date

import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.mt940_details import read_details, unwrapped
from tests.reconciliation.bank.samples import OURS, codes, read_bytes, read_ours

WHOLE = (OURS / "mt940_every_case.sta").read_bytes()


def changed(old: str, new: str) -> bytes:
    assert old.encode() in WHOLE
    return WHOLE.replace(old.encode(), new.encode("latin-1"), 1)


def refusal(content: bytes, limits: Limits | None = None) -> StatementRefused:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(content, "mt940", limits or Limits())
    return refused.value


def test_pages_are_joined_into_one_statement() -> None:
    (statement,) = read_ours("mt940_every_case.sta")
    assert (statement.account, statement.currency, statement.sequence) == ("ET00DEMO0000000001", "EUR", "41/1")
    assert (statement.opening, statement.closing, statement.closing_on) == (100000, 50900, date(2026, 3, 10))
    assert [line.amount for line in statement.lines] == [-50050, 1000, -1050, 2000, -300, 100, -700, -100]
    assert [line.number for line in statement.lines] == list(range(1, 9))
    assert statement.findings == []


def test_dos_and_unix_line_ends_say_the_same() -> None:
    assert read_bytes(WHOLE.replace(b"\n", b"\r\n")) == read_ours("mt940_every_case.sta")


def test_a_letter_behind_the_side_is_the_currency_s_and_rd_is_a_reversal() -> None:
    lines = read_ours("mt940_every_case.sta")[0].lines
    assert [line.reversal for line in lines[:4]] == [False, False, True, True]
    assert lines[2].amount == -1050, "the reversal of a credit takes money away"
    assert lines[3].amount == 2000, "the reversal of a debit gives it back"


def test_an_entry_date_is_in_the_year_next_to_the_value_date() -> None:
    line = read_ours("mt940_every_case.sta")[0].lines[1]
    assert (line.value_on, line.booked_on) == (date(2025, 12, 31), date(2026, 1, 1))


def test_the_customer_reference_survives_a_structured_86() -> None:
    content = changed(":61:2512310101C10,NTRFNONREF//B-2", ":61:2512310101C10,NTRFOURS-1//B-2")
    line = read_bytes(content)[0].lines[1]
    assert line.references["customer_reference"] == "OURS-1" and line.references["EREF"] == "D2"
    assert (line.reference, line.bank_id) == ("D2", "B-2")
    plain = changed("?20EREF+D2?21SVWZ+", "?20SVWZ+").replace(b"NTRFNONREF//B-2", b"NTRFOURS-1//B-2")
    assert read_bytes(plain)[0].lines[1].reference == "OURS-1"


def test_the_references_of_a_61_are_positional() -> None:
    def line(rest: str) -> dict[str, str]:
        return read_bytes(changed("NTRFD1//B-1", rest))[0].lines[0].references

    assert line("N0440121470966      DEMO PAYEE   ") == {
        "customer_reference": "0121470966",
        "supplementary": "DEMO PAYEE",
    }
    long = line("NTRFAN-ID-LONGER-THAN-SIXTEEN-CHARACTERS//2026")
    assert long == {"customer_reference": "AN-ID-LONGER-THAN-SIXTEEN-CHARACTERS", "bank_reference": "2026"}
    assert line("NTRF") == {} and line("NOV NONREF") == {"customer_reference": "NONREF"}


def test_a_charge_in_the_supplement_is_the_line_s() -> None:
    assert [line.charge for line in read_ours("mt940_every_case.sta")[0].lines[:4]] == [None, None, None, 50]


def test_fees_and_interest_are_known_by_type_or_business_code() -> None:
    kinds = [line.kind for line in read_ours("mt940_every_case.sta")[0].lines]
    assert kinds == ["", "", "", "", "fee", "interest", "fee", ""]


def test_german_subfields_give_text_name_and_account() -> None:
    line = read_ours("mt940_every_case.sta")[0].lines[1]
    assert (line.narrative, line.counterparty, line.counterparty_account) == (
        "Thanks and greetings", "Hana Demo", "ET11DEMO",
    )  # fmt: skip


def test_words_between_slashes_give_text_name_and_account() -> None:
    line = read_ours("mt940_every_case.sta")[0].lines[7]
    assert (line.reference, line.narrative, line.counterparty) == ("D9", "For the roof", "Almaz Demo")


def test_a_wrapped_text_is_joined_where_the_bank_had_to_cut() -> None:
    assert unwrapped(["x" * 64 + "A", "B c", "d"]) == "x" * 64 + "AB c d"
    details = read_details(["166?00GUTSCHRIFT?20EREF+D", "1?21SVWZ+A", "?22B?30DEMOETAA?31123?32Na", "me"])
    assert details.references == {"EREF": "D1"} and details.narrative == "AB" and details.counterparty == "Name"


def test_a_line_that_begins_with_a_dash_does_not_end_the_message() -> None:
    assert read_ours("mt940_every_case.sta")[0].lines[4].narrative == "Fees -Nr. 7 goes on"


def test_latin_1_and_utf_8_are_both_read() -> None:
    assert read_bytes(changed("Advance for", "Geb\xfchren f\xfcr"))[0].lines[0].narrative == "Gebühren für March"
    utf8 = WHOLE.replace(b"Advance for", "Gebühren für".encode())
    assert read_bytes(utf8)[0].lines[0].narrative == "Gebühren für March"


def test_a_file_that_does_not_balance_is_a_finding() -> None:
    (statement,) = read_bytes(changed(":62F:C260310EUR509,00", ":62F:C260310EUR509,01"))
    assert codes(statement) == ["unbalanced"]
    assert "509.00 EUR" in statement.findings[0].what and "509.01 EUR" in statement.findings[0].what


def test_pages_that_do_not_meet_are_a_finding() -> None:
    assert "page_gap" in codes(read_bytes(changed(":60M:C260310EUR519,00", ":60M:C260310EUR520,00"))[0])
    first_page = WHOLE[: WHOLE.index(b"-}{5:}") + 6]
    assert "pages_after_missing" in codes(read_bytes(first_page)[0])
    assert "pages_before_missing" in codes(read_bytes(WHOLE[len(first_page) :])[0])


def test_a_bank_reference_twice_and_a_future_booking_are_found() -> None:
    assert "bank_id_twice" in codes(read_bytes(changed("NTRFNONREF//B-2", "NTRFNONREF//B-1"))[0])
    assert "future_dated" in codes(read_bytes(changed(":61:2603100310DR500", ":61:2603110311DR500"))[0])


@pytest.mark.parametrize("header", ["{2:I942DEMOETAAXXXXN}", "{2:O9420800260310DEMOETAAXXXX}"])
def test_an_envelope_of_mt942_around_a_statement_is_refused(header: str) -> None:
    refused = refusal(changed("{2:I940DEMOETAAXXXXN}", header))
    assert refused.code == "intraday" and "MT942" in refused.message


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("DR500,50", "DR500.50", "bad_line", "line 7 :86: (:61: at line 6)"),
        ("DR500,50", "DR1.500,50", "bad_line", "line 7 :86: (:61: at line 6)"),
        ("DR500,50", "DR500,505", "too_many_decimals", ""),
        ("DR500,50", "X500,50", "bad_line", ""),
        ("DR500,50", "D5,0,0", "bad_amount", ""),
        (":61:2603100310DR", ":61:2602300310DR", "bad_date", ""),
        (":61:2603100310DR", ":61:2603109931DR", "bad_date", ""),
        (":60F:C260310EUR1000,00", ":60F:C260310EUR1000.00", "bad_balance", "line 5 :60F:"),
        (":60F:C260310EUR1000,00", ":60F:C260310XXX1000,00", "unknown_currency", "line 5 :60F:"),
        (":62M:C260310EUR", ":62M:C260310USD", "currency_differs", "line 13 :62M:"),
        (":60F:C260310EUR1000,00\n", "", "misplaced", ""),
        (":25:ET00DEMO0000000001\n", "", "no_account", ""),
        (":62F:C260310EUR509,00\n", "", "truncated", ""),
        (":20:DEMO1\n", "", "misplaced", ""),
    ],
)
def test_it_refuses_what_it_cannot_read_and_names_the_line(old: str, new: str, code: str, where: str) -> None:
    refused = refusal(changed(old, new))
    assert refused.code == code and "line" in refused.where
    if where:
        assert refused.where.endswith(where) or where.startswith("line 7")


def test_limits_hold() -> None:
    assert refusal(changed("Advance", "x" * 300_000)).code == "line_too_long"
    assert refusal(changed("Advance", ("x" * 1000 + "\n") * 300)).code == "field_too_long"
    assert refusal(changed(":86:Advance", (":86:" + "x" * 1000 + "\n") * 300)).code == "field_too_long"
    assert refusal(changed("Advance", "Adv\0nce")).code == "nul"
    assert refusal(WHOLE, Limits(max_lines=3)).code == "too_many_lines"
    assert refusal(WHOLE, Limits(max_bytes=300)).code == "too_large"
    assert refusal(WHOLE.decode().encode("utf-16")).code == "encoding"
    assert refusal(b"nothing at all\n").code == "no_statement"
