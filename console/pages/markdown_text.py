"""Text of docs/playbooks and docs/runbooks as a page shows it. It is ours and ships with the product; what a person typed never
comes here."""

import re

import markdown
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.pages.links import Link

PAGE = re.compile(r"<code>(/(?:[a-z-]+/)*)</code>")
OTHER = re.compile(r'<a href="(?:\.\./(playbooks|runbooks)/)?([a-z-]+)\.md">')
PAGES = {"playbooks": "playbook", "runbooks": "alert-runbook"}
OUTSIDE = re.compile(r'<a href="\.\./[^"]+">([^<]+)</a>')


def as_html(text: str, to: Link, *, of: str = "playbooks") -> SafeString:
    """Markdown as HTML. Addresses of the console become links where this reader may follow them; another playbook or runbook is
    a link to its page, and a page of the documents beside them is named. `of` is the folder that the text is from."""
    html = markdown.markdown(text)
    html = OTHER.sub(lambda found: f'<a class="u" href="{to(PAGES[found[1] or of], found[2])}">', html)
    html = OUTSIDE.sub(r"\1", html)
    return mark_safe(PAGE.sub(lambda found: _page(found[1], to), html))  # noqa: S308


def first_words(text: str) -> str:
    """The first sentence, as plain words on one line."""
    return " ".join(text.split()).split(". ")[0].rstrip(".") + "."


def _page(address: str, to: Link) -> str:
    try:
        href = to(resolve(address).url_name)
    except Resolver404:
        href = ""
    return format_html('<a class="u" href="{}">{}</a>', href, address) if href else f"<code>{address}</code>"
