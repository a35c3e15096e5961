"""`manage.py verify_delivery`: is a provider's delivery signed by one of our keys? Without a database."""

import json
import os
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from console.delivery_files import read_body, read_delivery, read_headers
from console.management.command import misused
from reconciliation.errors import BadInput
from reconciliation.provider.signatures.headers import Headers
from reconciliation.provider.signatures.registry import VERIFIERS
from reconciliation.provider.signatures.verdict import Verdict

REFUSED = 1
KEYS = "PLUMBLINE_WEBHOOK_KEYS"


class Command(BaseCommand):
    help = f"Verifies the signature of a provider's delivery with the keys in {KEYS}, one a line. Nothing is stored."
    requires_system_checks = []  # a signature can be checked whatever else is wrong with the installation

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scheme", required=True, choices=tuple(VERIFIERS))
        parser.add_argument("--headers", metavar="JSON", type=Path, help="an object of names and values, or pairs")
        parser.add_argument("--body", metavar="FILE", type=Path, help="the body, byte by byte as it came")
        parser.add_argument("--delivery", metavar="JSON", type=Path, help="both: headers, and body or body_base64")
        parser.add_argument(
            "--key", action="append", default=[], help=f"a key; other users see it in the process list, unlike {KEYS}"
        )
        parser.add_argument("--now", metavar="T", type=read_now, help="Unix seconds or ISO 8601 with a zone")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *, scheme: str, key: list[str], now: datetime | None, as_json: bool, **options: Any) -> None:
        keys = key or os.environ.get(KEYS, "").splitlines()
        if not keys:
            misused(self, f"verify_delivery: {KEYS} holds no key")
        headers, body = self._delivery(**options)
        verdict = VERIFIERS[scheme](headers, body, keys, now or datetime.now(UTC))
        self.stdout.write(json.dumps(told(scheme, verdict)) if as_json else in_words(scheme, verdict))
        if not verdict.verified:
            raise SystemExit(REFUSED)

    def _delivery(
        self, headers: Path | None, body: Path | None, delivery: Path | None, **options: Any
    ) -> tuple[Headers, bytes]:
        """The delivery's two halves; leaves with 2 when the files are not there or cannot be read."""
        try:
            if delivery and not headers and not body:
                return read_delivery(delivery)
            if body and not delivery:
                return read_headers(headers) if headers else (), read_body(body)
        except (BadInput, OSError) as error:
            misused(self, f"verify_delivery: {getattr(error, 'where', '')} {error}")
        misused(self, "verify_delivery: name --body with --headers, or --delivery alone")
        raise AssertionError("left above")


def told(scheme: str, verdict: Verdict) -> dict[str, object]:
    """`key` is the position of the key that fitted, from 0; `reason` is null when verified."""
    return {
        "scheme": scheme,
        "verified": verdict.verified,
        "reason": verdict.reason,
        "key": verdict.key,
        "signed_at": verdict.signed_at.isoformat() if verdict.signed_at else None,
        "signed_id": verdict.signed_id or None,
    }


def in_words(scheme: str, verdict: Verdict) -> str:
    return f"{scheme}: verified by key {verdict.key}" if verdict.verified else f"{scheme}: refused ({verdict.reason})"


def read_now(text: str) -> datetime:
    """For argparse: Unix seconds in ASCII digits, or ISO 8601 with a zone. Raises ValueError."""
    if text.isascii() and text.isdigit() and len(text) <= 10:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text))
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError(text)
    return read.astimezone(UTC)
