"""Reading papers back: their words and their barcodes."""

import re
from pathlib import Path

import pypdf
import pypdfium2
import zxingcpp


def text_of(file: Path) -> str:
    """All words of a PDF on one line."""
    return re.sub(
        r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    )


def barcodes_of(file: Path, dpi: int = 203) -> set[str]:
    """Every barcode of a PDF as a printer of `dpi` would show it."""
    found = set()
    for page in pypdfium2.PdfDocument(file):
        picture = page.render(scale=dpi / 72).to_pil().convert("L")
        found |= {code.text for code in zxingcpp.read_barcodes(picture)}
    return found
