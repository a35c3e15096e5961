"""What axe finds on the page that stands in a tab, in both themes."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

KINDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WHOLE = {"runOnly": KINDS, "resultTypes": ["violations"]}
# All that a change of theme can change: no other rule looks at a colour.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


def axe_findings(tab: Any) -> str:
    """ "" where nothing is found. Every rule in the light theme; the page is then turned dark, as a reader would turn it, and what
    reads colours is asked again."""
    told = ""
    for theme, options in (("light", WHOLE), ("dark", COLOURS)):
        tab.emulate_media(color_scheme=theme)
        tab.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
        found = Axe().run(tab, options=options)
        if found.violations_count:
            told += f"{theme}: {found.generate_report()}\n"
    return told
