"""Pages of daily work."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import get_converters

from console.iso_dates import IsoDate
from console.views import (
    alert_runbooks,
    cases,
    corrections,
    drift,
    gate,
    home,
    notes,
    notifications,
    orders,
    payment_proof,
    payments,
    playbooks,
    queue,
    runbooks,
)

if "date" not in get_converters():
    register_converter(IsoDate, "date")

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("strip/", home.home_strip, name="home-strip"),
    path("demo/", home.demo_progress, name="demo-progress"),
    path("gate/", gate.gate, name="gate"),
    path("gate/would/", gate.gate_would_say, name="gate-would"),
    path("gate/days/", gate.gate_ask, name="gate-ask"),
    path("drift/checks/", drift.reconcile, name="drift-reconcile"),
    path("drift/<str:code>/<date:day>/", drift.check, name="drift-check"),
    path("exceptions/", queue.exceptions, name="exceptions"),
    path("exceptions/rows/", queue.rows, name="exception-rows"),
    path("exceptions/depth/", queue.depth_table, name="exception-depth"),
    path("exceptions/classes/", queue.classes, name="case-classes"),
    path("exceptions/bulk/choose/", queue.choose, name="exception-choose"),
    path("exceptions/bulk/", queue.bulk, name="exception-bulk"),
    path("exceptions/<int:number>/", cases.case, name="exception-case"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/alerts/", alert_runbooks.alert_runbooks, name="alert-runbooks"),
    path("playbooks/alerts/<slug:key>/", alert_runbooks.alert_runbook, name="alert-runbook"),
    path("playbooks/<slug:key>/", playbooks.playbook_of, name="playbook"),
    path("exceptions/<int:number>/runbook/", runbooks.runbook, name="case-runbook"),
    path("exceptions/<int:number>/peek/", queue.peek, name="exception-peek"),
    path("exceptions/<int:number>/assign/", cases.assign, name="case-assign"),
    path("exceptions/<int:number>/snooze/", cases.snooze, name="case-snooze"),
    path("exceptions/<int:number>/resolve/", cases.resolve, name="case-resolve"),
    path("exceptions/<int:number>/notes/", cases.note, name="case-note"),
    path("note-check/", notes.note_check, name="note-check"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/<int:number>/", notifications.notification, name="notification"),
    path(
        "notifications/<int:number>/acknowledge/",
        notifications.notification_acknowledge,
        name="notification-acknowledge",
    ),
    path("payments/", payments.lookup, name="payments"),
    path("payments/<path:key>/", payments.payment, name="payment"),
    # A payment's key may hold slashes, so nothing stands below the page of one.
    path("payment-proofs/", payments.proof, name="payment-proof"),
    path("payment-proofs/of/", payment_proof.proof_of, name="payment-proof-of"),
    path("sentence-language/", payments.language, name="sentence-language"),
    path("orders/", orders.orders, name="orders"),
    # A shop's order id may hold slashes, so nothing stands below the page of one.
    path("orders/<path:order_ref>/", orders.order, name="order"),
    path("order-moves/", orders.order_move, name="order-move"),
    path("corrections/", corrections.ask, name="correction-request"),
    path("corrections/preview/", corrections.preview, name="correction-preview"),
]
