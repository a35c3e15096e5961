import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.csv_suggest import header_of, suggest
from reconciliation.bank.formats.csv_trial import MOST, try_profile
from tests.reconciliation.bank.samples import EXPONENTS

PROFILE = profile_from(
    {
        "name": "x", "header": ["Booked", "Amount", "Ref", "Saldo"], "currency": "ETB", "delimiter": ";", "decimal_mark": ",",
        "date_format": "DD.MM.YYYY",
        "columns": {"booked_on": "Booked", "amount": "Amount", "reference": "Ref", "balance": "Saldo"},
    }
)  # fmt: skip
HEAD = "Booked;Amount;Ref;Saldo\n"
ROWS = "10.03.2026;5,00;A1;15,00\n10.03.2026;-2,00;B2;13,00\n"


def test_a_sound_sample_shows_its_lines_and_its_balances() -> None:
    trial = try_profile((HEAD + ROWS).encode(), PROFILE, EXPONENTS)
    assert [(x.amount, x.reference) for x in trial.lines] == [(500, "A1"), (-200, "B2")]
    (statement,) = trial.statements
    assert (statement.opening, statement.closing, trial.refusals, trial.stopped) == (1000, 1300, 0, None)


def test_each_refused_row_is_named_and_the_others_are_read() -> None:
    trial = try_profile(
        (HEAD + "31.02.2026;1,00;C;1,00\n" + ROWS + "10.03.2026;1_0;D;1,00\n").encode(), PROFILE, EXPONENTS
    )
    assert [(r.where, r.code) for r in trial.refused] == [("row 2 Booked", "bad_date"), ("row 5 Amount", "bad_amount")]
    assert (len(trial.lines), trial.rows, trial.refusals, trial.statements) == (2, 4, 2, [])


def test_a_balance_that_does_not_follow_is_found() -> None:
    (statement,) = try_profile((HEAD + ROWS.replace("13,00", "14,00")).encode(), PROFILE, EXPONENTS).statements
    assert "unbalanced" in [f.code for f in statement.findings]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("Amount;Booked;Ref;Saldo\n", "header_differs"),
        (HEAD + '"open', "bad_csv"),
        (HEAD + "a;b\n", "bad_csv"),
        ("", "header_differs"),
    ],
)
def test_what_ends_the_reading_is_named(content: str, code: str) -> None:
    stopped = try_profile(content.encode(), PROFILE, EXPONENTS).stopped
    assert stopped is not None and stopped.code == code


def test_lists_are_bounded() -> None:
    trial = try_profile((HEAD + "x;y;z;w\n" * 900 + ROWS * 900).encode(), PROFILE, EXPONENTS)
    assert (len(trial.refused), trial.refusals, len(trial.lines)) == (MOST, 900, MOST)


def test_a_profile_that_cannot_work_is_refused() -> None:
    with pytest.raises(StatementRefused):
        try_profile(b"", profile_from({"name": "x", "header": ["A"], "columns": {}}), EXPONENTS)


def test_a_sample_suggests_how_it_is_written() -> None:
    content = ("Account 1\n\n" + HEAD + ROWS).encode()
    assert suggest(content) == {
        "encoding": "utf-8", "delimiter": ";", "header_row": "3", "col_booked_on": "Booked", "col_amount": "Amount",
        "col_reference": "Ref", "col_balance": "Saldo", "date_format": "DD.MM.YYYY", "decimal_mark": ",", "sign_rule": "signed",
    }  # fmt: skip
    assert header_of(content, "utf-8", ";", '"', 3) == ["Booked", "Amount", "Ref", "Saldo"]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b'"', b";;;;\n" * 50, b"a" * 200_000, b"=A1;@B;<img>\n1;2;3\n"]
)
def test_a_hostile_sample_suggests_little_and_falls_over_nothing(content: bytes) -> None:
    assert suggest(content)["encoding"] in ("utf-8", "latin-1")
    header_of(content, "utf-8", ";", "", 1)
