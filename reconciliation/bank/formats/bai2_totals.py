"""BAI2 control totals. Banks trim and re-send files, so a total that does not hold is a finding and not a refusal."""

from dataclasses import dataclass

from reconciliation.bank.formats.bai2_line import amount_of
from reconciliation.bank.formats.bai2_records import Record
from reconciliation.bank.formats.statement import Finding

_NAMES = {"49": "account", "98": "group", "99": "file"}


@dataclass(slots=True)
class Totals:
    """Running control figures of one level: sum of amounts, members one level down, physical records."""

    amount: int = 0
    members: int = 0
    records: int = 0

    def add(self, inner: "Totals") -> None:
        """Take a finished inner level into this one."""
        self.amount += inner.amount
        self.members += 1
        self.records += inner.records


def check_totals(record: Record, totals: Totals) -> list[Finding]:
    """Compare a 49, 98 or 99 record with what was counted. Refuses figures that are no figures."""
    fields = record.fields()
    wanted = [totals.amount, totals.records] if record.code == "49" else [totals.amount, totals.members, totals.records]
    labels = ["control total", "records"] if record.code == "49" else ["control total", "members", "records"]
    findings = []
    for label, text, counted in zip(labels, fields, wanted, strict=False):
        if text and amount_of(text, signed=True) != counted:
            what = f"{_NAMES[record.code]} {label}: the bank says {text[:40]}, the file makes {counted}"
            findings.append(Finding(f"line {record.number}", what, "check", "control_total"))
    return findings
