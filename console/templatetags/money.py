"""Figures in templates. An amount is a console.display.Amount: (minor, asset, exponent)."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console import display
from console.display import Amount, Minor

register = template.Library()
register.filter("count", display.count)
register.filter("money", display.money)
register.filter("signed", display.signed)
register.filter("santim", display.santim)
register.filter("minor_one", display.minor_one)
register.filter("minor_name", display.minor_name)


@register.filter
def figure(amount: Amount) -> str:
    """Plain text of an amount with its asset, for a sentence: "4,782.00 ETB"."""
    return f"{display.money(amount[0], amount[2])} {amount[1]}"


@register.filter
def difference(amount: Amount) -> str:
    """Plain text of a signed amount with its asset: "−482.00 ETB"."""
    return f"{display.signed(amount[0], amount[2])} {amount[1]}"


def _with_asset(text: str, classes: str, asset: str) -> SafeString:
    return format_html('<span class="{}">{}</span><span class="ccy">{}</span>', classes, text, asset)


@register.simple_tag
def amount(value: Amount) -> SafeString:
    """An amount of one side: no sign in front unless it is negative, the asset small behind it."""
    minor, asset, exponent = value
    if minor is None:
        return format_html('<span class="t-unknown">{}</span>', display.UNKNOWN)
    return _with_asset(display.money(minor, exponent), "nowrap", asset)


@register.simple_tag
def change(value: Amount, extra: str = "") -> SafeString:
    """A difference: signed, coloured when it is not zero, else the word unknown. extra: more classes."""
    minor, asset, exponent = value
    if minor is None:
        return format_html('<span class="t-unknown {}">{}</span>', extra, display.UNKNOWN)
    tone = display.tone(minor)
    classes = " ".join(filter(None, ["nowrap", f"t-{tone}" if tone else "", extra]))
    return _with_asset(display.signed(minor, exponent), classes, asset)


@register.simple_tag
def moved(value: Amount) -> SafeString:
    """A movement of money: signed, but no difference, so it carries no colour."""
    return _with_asset(display.signed(value[0], value[2]), "nowrap", value[1])


@register.simple_tag
def bare(value: Amount | None) -> str:
    """An amount without its asset, where the column's head names it; nothing for None."""
    return "" if value is None else display.money(value[0], value[2])


@register.simple_tag
def bare_change(value: Amount) -> SafeString:
    """A signed amount without its asset, where the row or the head names it."""
    tone = display.tone(value[0])
    return format_html(
        '<span class="nowrap{}">{}</span>', f" t-{tone}" if tone else "", display.signed(value[0], value[2])
    )


@register.filter
def tone(minor: Minor) -> str:
    """Class of a difference's colour, "" at zero."""
    found = display.tone(minor)
    return f"t-{found}" if found else ""
