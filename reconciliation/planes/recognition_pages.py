"""What the settings show of recognition: the rule in force of each asset at each endpoint."""

from datetime import datetime

from reconciliation.planes.models import RecognitionRule


def rules_in_force(at: datetime) -> list[RecognitionRule]:
    """By endpoint and asset. One query."""
    rows = RecognitionRule.objects.filter(active_from__lte=at).select_related(
        "endpoint", "hold", "unapplied", "receivable"
    )
    newest = rows.order_by("endpoint__name", "endpoint_id", "asset", "-active_from", "-id")
    return list(newest.distinct("endpoint__name", "endpoint_id", "asset"))
