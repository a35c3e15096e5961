"""The API's routes."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from console.api.cases import Cases
from console.api.corrections import Correction, Corrections, Withdrawal
from console.api.drift import Drift, Reconcile
from console.api.events import Events
from console.api.gate import ReleaseGate
from console.api.incidents import Incidents
from console.api.notifications import Acknowledgement, Notifications
from console.api.orders import OneOrder, Orders
from console.api.payments import OnePayment, Payments
from console.api.periods import Periods
from console.api.postings import Confirmation, Failure, Postings
from console.api.recovery import OneRecovery, Recoveries, RecoveryClassSet, RecoveryGaps
from console.api.statements import Statements

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("postings/", Postings.as_view(), name="api-postings"),
    path("transactions/<str:public_id>/confirm/", Confirmation.as_view(), name="api-confirm"),
    path("transactions/<str:public_id>/fail/", Failure.as_view(), name="api-fail"),
    path("orders/", Orders.as_view(), name="api-orders"),
    path("orders/<path:order_ref>/", OneOrder.as_view(), name="api-order"),
    path("statements/", Statements.as_view(), name="api-statements"),
    path("reconcile/", Reconcile.as_view(), name="api-reconcile"),
    path("drift/", Drift.as_view(), name="api-drift"),
    path("incidents/", Incidents.as_view(), name="api-incidents"),
    path("recovery/", Recoveries.as_view(), name="api-recoveries"),
    path("recovery/RR-<int:number>/", OneRecovery.as_view(), name="api-recovery"),
    path("recovery/RR-<int:number>/gaps/", RecoveryGaps.as_view(), name="api-recovery-gaps"),
    path("recovery/RR-<int:number>/gaps/G-<int:gap>/class/", RecoveryClassSet.as_view(), name="api-recovery-class"),
    path("release-gate/", ReleaseGate.as_view(), name="api-gate"),
    path("periods/", Periods.as_view(), name="api-periods"),
    path("payments/", Payments.as_view(), name="api-payments"),
    path("payments/<path:key>/", OnePayment.as_view(), name="api-payment"),
    path("events/", Events.as_view(), name="api-events"),
    path("cases/", Cases.as_view(), name="api-cases"),
    path("notifications/", Notifications.as_view(), name="api-notifications"),
    path("notifications/N-<int:number>/acknowledge/", Acknowledgement.as_view(), name="api-acknowledge"),
    path("corrections/", Corrections.as_view(), name="api-corrections"),
    path("corrections/CR-<int:number>/", Correction.as_view(), name="api-correction"),
    path("corrections/CR-<int:number>/withdraw/", Withdrawal.as_view(), name="api-withdraw"),
]
