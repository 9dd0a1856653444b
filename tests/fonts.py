"""The letters in which the browser of the tests writes: the same ones on every machine, whatever fonts that has."""

from enum import StrEnum
from pathlib import Path

from playwright.sync_api import Page

from training_app.config import ROOT

FOLDER = ROOT / "static" / "vendor" / "fonts"


class Family(StrEnum):
    """As wide as Arial, which the pages ask for; and the widest of those that common machines have in its place."""

    ARIAL_LIKE = "Arimo"
    WIDEST = "DejaVu Sans"


# Nothing of the machine's own, so that a page is measured alike everywhere.
SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>Arial</family><accept><family>{arial_like}</family></accept></alias>
  <alias binding="same"><family>Helvetica</family><accept><family>{arial_like}</family></accept></alias>
  <alias><family>sans-serif</family><prefer><family>{arial_like}</family></prefer></alias>
</fontconfig>
"""
# A sheet made by a script: the security policy of the pages refuses a <style>.
WRITE_IN = """family => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`*, *::before, *::after { font-family: "${family}" !important }`)
  document.adoptedStyleSheets = [sheet]
}"""


def environment(folder: Path) -> dict[str, str]:
    """What tells a Chromium to know these families only; the folder is for its own use."""
    assert FOLDER.is_dir(), f"{FOLDER} is missing: ./run sets it up"
    file = folder / "fonts.conf"
    text = SETTINGS.format(fonts=FOLDER, cache=folder / "cache", arial_like=Family.ARIAL_LIKE)
    file.write_text(text, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(file)}


def write_in(page: Page, family: Family) -> None:
    """Write all of the open page in this family, as on a machine that has nothing else for Arial."""
    page.evaluate(WRITE_IN, family)
