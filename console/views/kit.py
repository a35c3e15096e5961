"""Every badge and every state on one page, to look at and for the accessibility test. Not a product page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from console.badges import CELLS, COVERAGE, KINDS
from console.display import Amount

CLASSES = (
    ("amount_mismatch", "support"),
    ("reference_mismatch", "finance"),
    ("duplicate_observation", "engineering"),
    ("timing_skew", "finance"),
    ("rail_or_asset_mismatch", "support"),
    ("policy_hold", "treasury"),
    ("ambiguous_finality", "treasury"),
    ("missing_counterpart", "finance"),
    ("illegal_transition", "engineering"),
    ("unmodelled_bank_item", "finance"),
)
SHOWN = ("verdict", "case", "request", "plane", "order", "import", "finding", "transaction", "chain")


def kit_context() -> dict[str, object]:
    """What kit.html shows: the badge table itself and figures with every sign."""
    return {
        "badges": [(kind, list(KINDS[kind])) for kind in SHOWN],
        "cells": [(css, glyph, says) for css, glyph, says in CELLS.values()],
        "coverage": [(css, glyph, says) for css, glyph, says in COVERAGE.values()],
        "amounts": [
            Amount(-48200, "ETB", 2),
            Amount(124055, "USD", 2),
            Amount(-412000, "BTC", 8),
            Amount(0, "ETB", 2),
            Amount(None, "ETB", 2),
        ],
        "classes": CLASSES,
    }


def kit(request: HttpRequest) -> HttpResponse:
    """GET /kit/ while DEBUG is on, 404 else."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "kit.html", kit_context())
