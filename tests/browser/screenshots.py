"""Take the pictures in docs/screenshots/ from a running site: ``make screenshots`` (PORT= as for ``make run``)."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.loaded import ROOT

FOLDER = ROOT / "docs" / "screenshots"
#: name: (path, width, height, colour scheme)
PICTURES = {
    "home": ("/", 1440, 1900, "light"),
    "vehicles": ("/vehicles/?state=TX", 1440, 1000, "light"),
    "plants-1994": ("/plants/?as_of=1994", 1440, 1000, "light"),
    "exports-dark": ("/exports/", 1440, 1200, "dark"),
    "generation": ("/vehicles/toyota/camry/xv10/", 1440, 1200, "light"),
    "compare": ("/compare/?v=honda/accord/cb&v=toyota/camry/xv10", 1440, 1000, "light"),
    "search": ("/search/?q=accord+ohio+1994", 1440, 1000, "light"),
    "vin": ("/vin/?vin=1HGCB9850NA000000", 1440, 1200, "light"),
    "home-phone": ("/", 390, 1500, "light"),
    "exports-phone-ja": ("/ja/exports/", 390, 1500, "dark"),
}


def take(address: str, folder: Path = FOLDER) -> None:
    """Write a WebP picture of each page of the site at ``address``, made smaller: enough to see, little to carry."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for name, (path, width, height, scheme) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(address + path)
            picture = Image.open(io.BytesIO(page.screenshot()))
            if width > 600:
                picture = picture.resize((width * 2 // 3, height * 2 // 3), Image.Resampling.LANCZOS)
            picture.save(folder / f"{name}.webp", quality=72, method=6)
            page.close()
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1])
