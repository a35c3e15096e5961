"""Print the demo's sign-ins, one a line."""

from typing import Any

from django.core.management.base import BaseCommand

from console.demo.tenant import PASSWORD, PEOPLE


class Command(BaseCommand):
    help = "Print who can sign in to the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, email, roles in PEOPLE:
            self.stdout.write(f"{email:<26} {PASSWORD}   {name}, {', '.join(roles).replace('_', ' ')}")
