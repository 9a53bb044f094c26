"""What each figure of the workbook means."""

from storecrm.services.reports.workbook import Book
from storecrm.wording.figures import meanings


def definitions(book: Book) -> None:
    """A row each figure."""
    t = book.words.t
    sheet = book.raw.add_worksheet(t("Definitions"))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, t("Figure"), book.head)
    sheet.write_string(0, 1, t("Definition"), book.head)
    wrapped = book.styles["wrap"]
    for number, (name, meaning) in enumerate(meanings(), 1):
        sheet.write_string(number, 0, t(name), wrapped)
        sheet.write_string(number, 1, t(meaning), wrapped)
    book.page(sheet, landscape=True)
