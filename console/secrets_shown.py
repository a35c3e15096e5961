"""A secret on its way from the act that made it to the page that shows it: in the session, on the server, for one look.
The act answers with a redirect, so a reload of the page makes nothing a second time."""

from django.http import HttpRequest


def show_once(request: HttpRequest, place: str, name: str, secret: str) -> None:
    """Let the next page of `place` show the secret of `name`."""
    request.session[f"once.{place}"] = [name, secret]


def shown_once(request: HttpRequest, place: str) -> tuple[str, str] | None:
    """Name and secret that wait for the page of `place`, forgotten with this; None when none does."""
    if f"once.{place}" not in request.session:
        return None
    name, secret = request.session.pop(f"once.{place}")
    return str(name), str(secret)
