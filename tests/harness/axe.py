"""What axe finds on the page that stands in a tab, in both themes."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

KINDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WHOLE = {"runOnly": KINDS, "resultTypes": ["violations"]}
BUILT = WHOLE | {"rules": {name: {"enabled": False} for name in ("color-contrast", "target-size")}}
# All that a change of theme can change: no other rule looks at a colour.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


def axe_findings(tab: Any, *, drawn: bool = True) -> str:
    """ "" where nothing is found. Every rule in the light theme; the page is then turned dark, as a reader would turn it, and what
    reads colours is asked again. Without `drawn` the rules that look at every drawn point are left out, which take most of the
    time: for a page whose template is asked about with all its states elsewhere."""
    told = ""
    for theme, options in (("light", WHOLE), ("dark", COLOURS)) if drawn else (("light", BUILT),):
        tab.emulate_media(color_scheme=theme)
        tab.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
        found = Axe().run(tab, options=options)
        if found.violations_count:
            told += f"{theme}: {found.generate_report()}\n"
    return told
