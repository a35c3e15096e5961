"""The table of contents. Pages of daily work and of the books have a file each; machines enter under /api/."""

from django.urls import include, path

from console.health import healthz
from console.hooks import hook
from console.views.kit import kit

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("console.api.urls")),
    path("hooks/<slug:token>/", hook, name="hook"),
    path("kit/", kit, name="kit"),
    path("", include("console.urls_work")),
    path("", include("console.urls_books")),
]
