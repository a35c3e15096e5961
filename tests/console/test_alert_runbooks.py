"""The runbooks of alerts in the console: read whole, and led to from where an alert's words stand."""

import re

import pytest

from console.pages.gate import gate_page
from console.pages.links import link
from ledger.models import Tenant
from reconciliation.oversight.gate_rules import Gate
from reconciliation.oversight.proof_rules import RUNBOOKS, SAYS, runbook_of, unproven
from reconciliation.oversight.routing.runbooks import runbook, runbooks
from reconciliation.people.models import User
from tests.console.test_home import words
from tests.console.working import TODAY, page, signed_in
from tests.people import UserMaker

database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader(acme: Tenant, user_of: UserMaker) -> User:
    return user_of("Ada Auditor", "auditor")


@database
def test_each_is_listed_and_leads_to_its_playbook(reader: User) -> None:
    html = page(reader, "/playbooks/alerts/")
    assert len(runbooks()) > 15
    for one in runbooks():
        assert f'href="/playbooks/alerts/{one.key}/" data-open>{one.title}</a>' in html
    assert 'href="/playbooks/integrity/"' in html
    assert 'href="/playbooks/alerts/"' in page(reader, "/playbooks/")
    assert 'href="/playbooks/alerts/anchor-stale/"' in page(reader, "/playbooks/integrity/")


@database
def test_one_is_read_whole_with_its_links(reader: User) -> None:
    html = page(reader, "/playbooks/alerts/anchor-stale/")
    assert "ANCHOR_DIR" in html and "**" not in html
    assert 'href="/playbooks/alerts/verification-failed/"' in html
    failed = words(page(reader, "/playbooks/alerts/verification-failed/"))
    for said in (
        "When anchors are gone.",
        "manage.py verify_ledger --tenant T --json",
        "Verify now",
        "decide together",
        "this is lost",
    ):
        assert said in failed, said
    assert signed_in(reader).get("/playbooks/alerts/nothing-such/").status_code == 404


@database
def test_what_shuts_the_gate_and_the_audit_page_lead_to_what_to_do(reader: User) -> None:
    html = page(reader, "/gate/")
    for key in ("verification-stale", "anchor-stale"):  # a new tenant was neither verified nor anchored
        assert f'href="/playbooks/alerts/{key}/">What to do</a>' in html
    assert 'href="/playbooks/alerts/anchor-stale/"' in page(reader, "/audit/")


@pytest.mark.quick
def test_every_condition_of_proof_has_a_runbook_that_exists() -> None:
    told = [
        *unproven(TODAY, held=None, verified_at=None, anchored_at=None),
        *unproven(TODAY, held=False, verified_at=TODAY, anchored_at=TODAY.replace(year=2025)),
        *unproven(TODAY, held=True, verified_at=TODAY.replace(year=2025), anchored_at=TODAY),
    ]
    assert {runbook(runbook_of(said)).key for said in told} == set(RUNBOOKS.values())
    assert len(told) == len(RUNBOOKS)
    assert runbook_of("IN-3 is open") == "" == runbook_of(SAYS + "it rained")
    blocks = gate_page(Gate((), blocks=tuple(told)), "", link)["blocks"]
    assert all(re.fullmatch(r"/playbooks/alerts/[a-z-]+/", block["href"]) for block in blocks)
