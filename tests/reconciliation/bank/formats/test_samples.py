"""Every file of the public collections is read, or refused for a reason that is written here."""

from pathlib import Path

import pytest

from reconciliation.bank.errors import StatementRefused
from tests.reconciliation.bank.samples import CORPUS, codes, read_bytes

REFUSED = {
    "camt/052_valid_namespace.xml": ("no_statement", "Document"),
    "camt/054_valid_example.xml": ("not_a_statement", "Document"),
    "camt/053_valid_namespace.xml": ("no_statement", "Document"),
    "camt/general_invalid_namespace.xml": ("no_statement", "Document"),
    "mt940/K4262927_20200905-080000-952.txt": ("truncated", "statement at line 1"),
    "mt940/oldenburgischelandesbank2.txt": ("truncated", "statement at line 1"),
    "bai2/sample-parseError.txt": ("bad_record", "line 1"),
}
# Statements, lines, findings that say the bank's own figures do not fit (several samples were trimmed).
READ = {
    "camt/053_valid_example.xml": (1, 5, []),
    "camt/053_valid_example_v4.xml": (1, 32, ["future_dated"]),
    "camt/053_valid_example_v8.xml": (1, 3, ["currency_differs", "unbalanced"]),
    "camt/053_valid_example_with_batch.xml": (1, 3, ["unbalanced"]),
    "camt/053_valid_example_with_datetime.xml": (1, 1, []),
    "camt/053_valid_example_with_debit.xml": (1, 5, ["unbalanced"]),
    "camt/053_valid_example_with_instdamt.xml": (1, 1, ["unbalanced"]),
    "camt/053_valid_example_with_other_id.xml": (1, 0, []),
}
FORMATS = {"camt": "camt053", "mt940": "mt940", "bai2": "bai2"}
FILES = sorted(path for folder in FORMATS for path in (CORPUS / folder).glob("*.*"))

pytestmark = pytest.mark.skipif(not FILES, reason="CORPUS_DIR names no folder with the sample files")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_is_read_or_refused_for_its_reason(path: Path) -> None:
    name = f"{path.parent.name}/{path.name}"
    if path.suffix not in (".txt", ".xml") or path.name.startswith("LICENSE"):
        pytest.skip("not a statement")
    try:
        statements = read_bytes(path.read_bytes(), FORMATS[path.parent.name])
    except StatementRefused as refused:
        assert REFUSED.get(name) == (refused.code, refused.where)
        return
    assert name not in REFUSED
    for statement in statements:
        assert statement.account and statement.currency
        for line in statement.lines:
            assert line.where and line.code and (line.value_on or line.booked_on) and line.amount
    if name in READ:
        hard = {found.code for item in statements for found in item.findings if found.level == "refuse"}
        assert (len(statements), sum(len(item.lines) for item in statements), sorted(hard)) == READ[name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_auto_finds_the_format_of_a_sample(path: Path) -> None:
    name = f"{path.parent.name}/{path.name}"
    if name in REFUSED or path.name.startswith("LICENSE"):
        pytest.skip("refused or not a statement")
    content = path.read_bytes()
    assert read_bytes(content) == read_bytes(content, FORMATS[path.parent.name])


def test_samples_that_balance_say_nothing_else() -> None:
    for name in ("mt940/generic.txt", "mt940/sparkasse.txt", "mt940/volksbankenraiffeisenbanken.txt", "mt940/sns.txt"):
        for statement in read_bytes((CORPUS / name).read_bytes()):
            assert codes(statement) == [], name


def test_control_totals_of_real_files_hold() -> None:
    for name in ("sample1", "sample2", "sample3"):
        for statement in read_bytes((CORPUS / "bai2" / f"{name}.txt").read_bytes()):
            assert "control_total" not in codes(statement), name
