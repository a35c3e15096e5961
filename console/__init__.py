"""The console asks. Everything that faces people and machines: pages, API, commands, and the one-command
supervisor.
It promises to decide nothing itself: each write is one call into reconciliation, and a refusal becomes a
status in one place."""

from console.celery import app as celery_app

__all__ = ["celery_app"]
