"""What the bank's own code says of an item: a fee, interest or an adjustment."""

import pytest

from reconciliation.bank.formats.kinds import bai2_kind, camt_kind, code_kind, mt940_kind, word_kind

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("code", "proprietary", "kind"),
    [
        ("PMNT/RCDT/ADJT", "", "adjustment"), ("LDAS/CSLN/ADJT", "", "adjustment"), ("PMNT/RCDT/ESCT", "ADJUSTMENT", "adjustment"),
        ("PMNT/RCDT/ADJT", "NCHG+808", "fee"), ("ACMT/MCOP/ADJT", "", "fee"), ("ACMT/MCOP/INTR", "", "interest"),
        ("PMNT/RCDT/ESCT", "ADJ", ""), ("PMNT/RCDT/ESCT", "", ""),
    ],
)  # fmt: skip
def test_of_camt_the_sub_family_or_a_plain_word(code: str, proprietary: str, kind: str) -> None:
    assert camt_kind(code, proprietary) == kind


def test_a_narrative_is_no_code() -> None:
    assert (code_kind(" adjustments "), word_kind("ADJUSTMENT"), word_kind("FEE")) == ("adjustment", "", "fee")


def test_other_formats_name_no_adjustment() -> None:
    assert {bai2_kind(f"{n:03}") for n in range(1000)} == {"", "fee", "interest"}
    assert mt940_kind("NMSC", "") == ""
