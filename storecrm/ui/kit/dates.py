"""A box for a day."""

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit


def date_box(day: date, name: str) -> QDateEdit:
    """A day with a calendar, written 2026-11-30 in every language."""
    box = QDateEdit(QDate(day.year, day.month, day.day))
    box.setDisplayFormat("yyyy-MM-dd")
    box.setCalendarPopup(True)
    box.setAccessibleName(name)
    return box


def day_in(box: QDateEdit) -> date:
    """The day in a box."""
    chosen = box.date()
    return date(chosen.year(), chosen.month(), chosen.day())
