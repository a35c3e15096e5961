"""The table of contents. Pages of daily work and of the books have a file each; machines enter under /api/."""

from django.urls import include, path, re_path

from console.api.elsewhere import no_such_address
from console.health import healthz, livez, readyz
from console.hooks import hook
from console.metrics.scrape import metrics
from console.views.kit import kit

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("console.api.urls")),
    re_path(r"^api/", no_such_address),
    path("hooks/<slug:token>/", hook, name="hook"),
    path("kit/", kit, name="kit"),
    path("", include("console.urls_work")),
    path("", include("console.urls_books")),
    path("", include("console.urls_control")),
]

handler400 = "console.failures.bad_request"
handler500 = "console.failures.server_error"
