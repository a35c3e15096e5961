"""Everything on one machine with one command."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.embedded.errors import CannotStart
from console.embedded.hold import hold
from console.embedded.port import next_free, taken
from console.embedded.supervisor import Supervisor, already_up


class Command(BaseCommand):
    help = "Run database, broker, web, worker and beat until SIGTERM or Ctrl-C; load the demo once."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        port: int = options["port"]
        try:
            with hold(settings.PLACES) as ours:
                if not ours:
                    raise CommandError(already_up(settings.PLACES))
                if taken(port):
                    raise CommandError(f"port {port} is taken. Another one: make run PORT={next_free(port)}")
                external = {
                    "database": bool(os.environ.get("DATABASE_URL")),
                    "broker": bool(os.environ.get("REDIS_URL")),
                }
                Supervisor(places=settings.PLACES, port=port, external=external).run()
        except (CannotStart, PermissionError) as error:
            raise CommandError(str(error)) from error
