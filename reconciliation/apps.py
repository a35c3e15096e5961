from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "reconciliation"

    def ready(self) -> None:
        """Make the kinds of request known: one line each."""
        from reconciliation.approvals.kinds import register
        from reconciliation.cases.other import RESOLVE_AS_OTHER
        from reconciliation.corrections.confirm import CONFIRM
        from reconciliation.corrections.reverse import REVERSE
        from reconciliation.matching.planes.terms_kind import SET_TERMS

        register(REVERSE)
        register(CONFIRM)
        register(RESOLVE_AS_OTHER)
        register(SET_TERMS)
