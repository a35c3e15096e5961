"""The address of an act, opened as if it were a page: by a reload, or from the history. It leads back to the page that
the act stands on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

# What a person comes back to by a reload or the browser's history: they are led there at once.
LED_BACK = {"approval-decide", "approval-withdraw", "exception-bulk", "approval-batch-approve"}


def act_opened(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page in place of the empty answer 405, with the way back; the answer itself for scripts and other verbs."""
    if request.method not in ("GET", "HEAD") or request.headers.get("HX-Request"):
        return response
    match = request.resolver_match
    if match and match.view_name in LED_BACK:
        query = request.META.get("QUERY_STRING", "")
        return redirect(page_above(request.path) + (f"?{query}" if query else ""))
    words = {
        "code": 405, "title": "Nothing is shown at this address",
        "text": "It takes a form in. Opening it changed nothing.",
        "href": page_above(request.path), "label": "Open the page of this form",
    }  # fmt: skip
    page = render(request, "errors/page.html", words, status=405)
    page.headers["Allow"] = response.headers.get("Allow", "POST")
    return page


def page_above(path: str) -> str:
    """The nearest address above that is one; the first page when none is."""
    parts = path.strip("/").split("/")[:-1]
    while parts:
        above = f"/{'/'.join(parts)}/"
        try:
            if not getattr(resolve(above).func, "is_act", False):
                return above
        except Resolver404:
            pass  # nothing stands there: look further up
        parts.pop()
    return "/"
