"""Who could make an endpoint say what it never heard: whoever opened it, and whoever ever set one of its keys."""

from reconciliation.provider.models import Endpoint, EndpointKey


def behind_endpoint(endpoint: Endpoint) -> set[str]:
    """Their sign-ins; those of operators and jobs among them name no person."""
    keys = EndpointKey.objects.filter(endpoint=endpoint).values_list("added_by", flat=True)
    return {endpoint.made_by, *keys}
