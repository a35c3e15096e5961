"""Contexts of the endpoints page. Shops, hosts and people are made up."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from console.endpoint_forms import ACTS
from console.pages.endpoints import TITLES
from tests.console.kit_control import PLACES
from tests.console.kit_work import NOW


def _box(act: str, data: dict[str, str] | None = None) -> dict[str, Any]:
    title, verb, says = TITLES[act]
    some = {
        name: [("1", "Example shop")]
        for name in ("endpoint", "key", "hold", "unapplied", "receivable")
        if name in ACTS[act].base_fields
    }
    return {"id": act, "title": title, "verb": verb, "says": says, "href": "/settings/endpoints/", "key": "k", "form": ACTS[act](data, auto_id=f"{act}_%s", choices=some), "open": data is not None, "ends": act.endswith("-end")}  # fmt: skip


def _endpoint(name: str, tone: str, words: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "scheme": "BTCPay Server", "made_at": NOW, "made_by": "rahel@meskelpay.example", "ended_at": None, "address": "https://console.meskelpay.example/hooks/Zk3nExampleTokenThatIsOpaqueAndProvesNothing0/", "state": (tone, words),
        "last_at": NOW - timedelta(minutes=3), "good_at": NOW - timedelta(minutes=9), "verified": "1,204", "refused": "41", "mismatched": "40", "held": "41", "held_href": "/events/quarantine/", "waiting": "2", "oldest": NOW - timedelta(minutes=1),
        "keys": [{"hint": "f3Kq", "added_at": NOW, "added_by": "rahel@meskelpay.example", "ended_at": None}, {"hint": "real", "added_at": NOW, "added_by": "rahel@meskelpay.example", "ended_at": NOW}],
        "polling": {"base_url": "https://pay.meskelpay.example", "store": "9CiNzKoANXxmk5ayZngSXrHTiVvvgCrwrpFQd4m2K776", "hint": "9xQe"},
        "poll": {"asked_at": NOW, "since": "19 Nov 15:45", "until": "20 Nov 15:45", "error": "", "gaps": 3, "says": "812 payments listed: 2 missing here, 0 unknown to the provider, 1 differ"},
    } | more  # fmt: skip


def endpoints() -> dict[str, Any]:
    return {
        "title": "Endpoints", "sub": "Where providers deliver.", "places": PLACES,
        "endpoints": [
            _endpoint("Example shop", "warn", "41 held"),
            _endpoint("Example till", "drift", "no signature fitted in 24 h", poll={"asked_at": NOW, "error": "status_401: the provider refuses the token"}),
            _endpoint("Example payouts", "warn", "no key: everything is held", keys=[], polling=None, poll=None, last_at=None, good_at=None, oldest=None, held_href=""),
            _endpoint("Old shop", "unknown", "ended", ended_at=NOW, address="", polling=None, poll=None),
        ],
        "rules": [{"endpoint": "Example shop", "asset": "BTC", "hold": "1150 Held at the provider", "unapplied": "2310 Unapplied", "receivable": "1200 Receivable", "since": NOW, "by": "rahel@meskelpay.example"}],
        "boxes": [_box(act, {"name": ""} if act == "endpoint-open" else None) for act in ACTS],
    }  # fmt: skip


def endpoints_empty() -> dict[str, Any]:
    return {**endpoints(), "endpoints": [], "rules": [], "boxes": [], "why_not": "Changing it needs the role policy admin; you act as auditor."}  # fmt: skip
