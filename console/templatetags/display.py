"""Dates, badges, icons and people in templates: thin wraps around console.display and console.badges."""

from datetime import datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from console import badges, display
from console.comparing import Parts

register = template.Library()
for name in (
    "day",
    "near_day",
    "short_day",
    "moment",
    "full_moment",
    "digest",
    "initials",
    "plain",
    "size",
    "span",
):
    register.filter(name, getattr(display, name))
register.filter("age", display.age)
register.filter("ago", display.ago)
register.filter("overdue", display.is_overdue)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite; decoration only, so hidden from assistive technology."""
    return format_html(
        '<svg class="ic{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {classes}" if classes else "", static("icons.svg"), name,
    )  # fmt: skip


def _drawn(found: badges.Badge, word: str) -> SafeString:
    picture = format_html("{} ", icon(found.icon)) if found.icon else ""
    return format_html('<span class="b b-{}">{}{}</span>', found.tone, picture, word)


@register.simple_tag
def badge(kind: str, state: str, word: str = "") -> SafeString:
    """The badge of a state. kind: verdict, case, request, plane, order, import, finding, transaction, gate, chain;
    word replaces the usual one where it says more ("Waits, 1 of 2", "Until 22 Nov")."""
    found = badges.badge_of(kind, state)
    return _drawn(found, word or found.word)


@register.simple_tag
def compared(verdict: str, word: str = "") -> SafeString:
    """The last column of two sides: differs, close, equal or one_sided; word says how ("shortened")."""
    found = badges.COMPARED[verdict]
    inside = format_html("{} {}", icon(found.icon, "ic-s"), word or found.word) if found.icon else word or found.word
    weight = "strong " if verdict == "differs" else ""
    return format_html('<span class="{}{}">{}</span>', weight, f"t-{found.tone}" if found.tone else "muted", inside)


@register.simple_tag
def due(at: datetime | None, now: datetime) -> SafeString:
    """Time left, or how long overdue, which is also bold: colour is not the only carrier."""
    text = display.due(at, now)
    return format_html('<span class="{}">{}</span>', "t-drift strong" if display.is_overdue(at, now) else "", text)


@register.simple_tag
def severity(level: int) -> SafeString:
    """Three bars with the level in words for those who do not see them."""
    return format_html(
        '<span class="sev sev-{}" role="img" aria-label="Severity {} of 3, {}"><i></i><i></i><i></i></span>',
        level, level, badges.SEVERITY[level],
    )  # fmt: skip


@register.simple_tag
def owner(name: str) -> SafeString:
    """A person as initials with the name spelled out, or the word none."""
    if not name:
        return format_html('<span class="muted">{}</span>', "none")
    return format_html(
        '<abbr class="ava ava-s" title="{}">{}<span class="sr"> {}</span></abbr>',
        name,
        display.initials(name),
        name,
    )


@register.simple_tag
def cell(kind: str, day: dict[str, Any], account: str) -> SafeString:
    """One day of the strip ("drift") or the coverage calendar ("coverage"); a link when it has an href."""
    css, glyph, says = (badges.CELLS if kind == "drift" else badges.COVERAGE)[day["state"]]
    label = f"{account}, {display.near_day(day['on'])}: {day.get('says') or says}"
    if day.get("href"):
        return format_html('<a class="{}" href="{}" aria-label="{}">{}</a>', css, day["href"], label, glyph)
    return format_html(
        '<span class="c {}" title="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>',
        css, label, glyph, label,
    )  # fmt: skip


@register.simple_tag
def legend(kind: str) -> SafeString:
    """What the glyphs of the strip or the calendar mean."""
    table = badges.CELLS if kind == "drift" else badges.COVERAGE
    hidden = {"future"}
    return format_html_join(
        "", '<span><span class="k {}" aria-hidden="true">{}</span>{}</span>',
        (look for state, look in table.items() if state not in hidden),
    )  # fmt: skip


@register.simple_tag
def marked(parts: Parts | str) -> SafeString:
    """A text with its differing characters marked; takes what console.comparing.differing_parts gives."""
    if isinstance(parts, str):
        return format_html("{}", parts)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if differs else text,) for text, differs in parts)
    )


@register.filter
def letter(on: datetime) -> str:
    """First letter of the weekday, over a narrow column."""
    return display.DAYS[on.weekday()][0]
