#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    from django.core.management import execute_from_command_line

    from console.embedded.attach import services_for
    from console.embedded.errors import CannotStart

    try:
        with services_for(sys.argv):
            execute_from_command_line(sys.argv)
    except CannotStart as reason:
        sys.exit(f"error: {reason}")


if __name__ == "__main__":
    main()
