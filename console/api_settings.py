"""Settings of the libraries behind /api/: JSON in, JSON out, problems as documents, a schema that says all of it."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["console.api.bodies.JsonBody"],
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "console.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Plumbline",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "console.api.documented.close_shapes",
    ],
    "ENUM_NAME_OVERRIDES": {
        "OrderStateEnum": "reconciliation.commerce.rules.STATES",
        "WaitingStateEnum": ["open", "executed"],
        "RecoveryStateEnum": ["open", "withdrawn", "stopped", "closed"],
        "RecoveryGapStateEnum": ["open", "asked", "look", "remains", "corrected", "accepted"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
