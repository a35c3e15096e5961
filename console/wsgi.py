import os

from django.core.wsgi import get_wsgi_application

from console.tracing import switch_on

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
switch_on()
product = get_wsgi_application()

from console.hook_door import HookDoor  # noqa: E402 (models can be imported once Django is set up)

application = HookDoor(product)
