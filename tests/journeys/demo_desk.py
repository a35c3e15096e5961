"""The demo's people at their desks: who signs in, which case was planted where, an approval given, and the work of a worker."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from playwright.sync_api import Locator, Page, expect

from console.demo.rows import Plan
from console.demo.tenant import PASSWORD
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.drift.models import DriftCheck
from reconciliation.outbox_models import OutboxItem
from reconciliation.work_off import work_off


@dataclass(frozen=True, slots=True)
class Desk:
    """One tab at which the demo's people sit down in turn, and what the database says afterwards."""

    page: Page
    tenant_id: int
    plan: Plan

    def sit(self, name: str) -> Page:
        """Sign in as `name`@demo.example."""
        self.page.context.clear_cookies()
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", f"{name}@demo.example")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "login" not in url)
        return self.page

    def planted(self, account: str, cause: int, story: str = "") -> date:
        """The day on which a cause was planted on an account."""
        (day,) = {p.day for p in self.plan.planted if (p.account, p.cause) == (account, cause) and story in p.story}
        return day

    def open_from_queue(self, account: str, day: date, title: str) -> ExceptionCase:
        """Find the case in the list of exceptions by its account and open it there."""
        with tenant(self.tenant_id):
            case = ExceptionCase.objects.filter(bank_account__code=account, day=day, title=title).earliest("number")
        self.page.goto("/exceptions/?view=all")
        row = self.page.locator(f'[data-rows] tr[data-row="{case}"]')
        expect(row).to_contain_text(title)
        row.get_by_role("link", name=str(case), exact=False).first.click()
        expect(self.page.locator("h1")).to_have_text(title)
        return case

    def ask(self, why: str, *, send: str = "Send for approval") -> str:
        """Send the correction that the case offers; answers the request's name, CR-1."""
        self.page.fill("#prop textarea[name=reason]", why)
        self.page.get_by_role("button", name=send).click()
        expect(self.page.locator("#prop")).to_contain_text(re.compile(r"CR-\d+"))
        return _named(self.page.locator("#prop"), r"CR-\d+")

    def approve(self, request: str, *, by: str, shows: list[str], verb: str = "Approve") -> Locator:
        """Sit down as a second person, read what the request says, and approve it; answers its part of the page."""
        page = self.sit(by)
        page.goto(f"/approvals/{request.removeprefix('CR-')}/")
        shown = page.locator("#decision")
        for words in shows:
            expect(shown).to_contain_text(words)
        page.fill("#decision input[name=password]", PASSWORD)
        page.get_by_role("button", name=re.compile(f"^{verb}")).click()
        return shown

    def work(self, *kinds: str, at: datetime | None = None) -> int:
        """Work off what is due of these kinds until nothing is; answers how many items that took."""
        done, at = 0, at or datetime.now(UTC)
        while True:
            with tenant(self.tenant_id):
                due = OutboxItem.objects.filter(state="waiting", kind__in=kinds, due_at__lte=at).order_by("id")
                ids = list(due.values_list("id", flat=True))
            if not ids:
                return done
            for item in ids:
                assert work_off(self.tenant_id, item, at=at), self.trouble(item)
                done += 1

    def trouble(self, item: int) -> str:
        with tenant(self.tenant_id):
            return OutboxItem.objects.get(id=item).last_error

    def verdict(self, account: str, day: date) -> tuple[str, int, int]:
        """Verdict, drift and unexplained of the day's last check, in minor units."""
        with tenant(self.tenant_id):
            last = DriftCheck.objects.filter(bank_account__code=account, day=day).latest("id")
        return last.verdict, last.drift, last.unexplained

    def transactions(self) -> int:
        with tenant(self.tenant_id):
            return LedgerTransaction.objects.count()


def _named(part: Locator, pattern: str) -> str:
    found = re.search(pattern, part.inner_text())
    assert found is not None
    return found.group()
