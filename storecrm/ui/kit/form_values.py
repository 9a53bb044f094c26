"""What stands in the fields of a form, read and put back without knowing the form.

A field is known by its accessible name, which every field has; of two alike the second is told by
its number. What is never kept: a password, and what its owner set apart.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

Value = object
"""A text, a tick, a number, or what a picker says of itself."""


@runtime_checkable
class Keeping(Protocol):
    """A picker of several parts that says by itself what stands in it."""

    def kept(self) -> Value:
        """What stands in it, to be put back later."""

    def put_back(self, value: Value) -> None:
        """Let it stand there as it was."""


def fields(root: QWidget, apart: Collection[QWidget] = ()) -> dict[str, QWidget]:
    """The fields under a widget by their names, without those in a part that is set apart."""
    found: dict[str, QWidget] = {}
    for field in _under(root, apart):
        name = field.objectName() or field.accessibleName()
        key, number = name, 1
        while key in found:
            number += 1
            key = f"{name} {number}"
        found[key] = field
    return found


def _under(root: QWidget, apart: Collection[QWidget]) -> Iterator[QWidget]:
    for child in root.children():
        if not isinstance(child, QWidget) or child in apart:
            continue
        # the parts of a field are its own affair
        if _is_field(child):
            yield child
        elif not _is_closed(child):
            yield from _under(child, apart)


def _is_field(widget: QWidget) -> bool:
    if isinstance(widget, QLineEdit):
        return widget.echoMode() == QLineEdit.EchoMode.Normal and not widget.isReadOnly()
    if isinstance(widget, QAbstractButton):
        return widget.isCheckable()
    return isinstance(widget, (Keeping, QComboBox, QPlainTextEdit))


def _is_closed(widget: QWidget) -> bool:
    """True for what has no fields of a form inside: a password, the text box of a number."""
    return isinstance(widget, (QLineEdit, QAbstractSpinBox))


def read(field: QWidget) -> Value:
    """What stands in a field."""
    if isinstance(field, Keeping):
        return field.kept()
    if isinstance(field, QAbstractButton):
        return field.isChecked()
    if isinstance(field, QComboBox):
        # a choice is known by its answer: its place moves when the answers do
        return field.currentText() if field.isEditable() else field.currentData()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    assert isinstance(field, QLineEdit)
    return field.text()


def put(field: QWidget, value: Value) -> None:
    """Let `value`, as it was read, stand in a field."""
    if isinstance(field, Keeping):
        field.put_back(value)
    elif isinstance(field, QAbstractButton):
        field.setChecked(bool(value))
    elif isinstance(field, QComboBox):
        _choose(field, value)
    elif isinstance(field, QPlainTextEdit):
        field.setPlainText(str(value))
    elif isinstance(field, QLineEdit):
        field.setText(str(value))


def _choose(box: QComboBox, value: Value) -> None:
    if box.isEditable():
        box.setEditText(str(value))
        return
    at = box.findData(value)
    # an answer that is no longer offered leaves the box as it is
    if at >= 0:
        box.setCurrentIndex(at)


def read_all(found: Mapping[str, QWidget]) -> dict[str, Value]:
    """What stands in each field, by its name."""
    return {name: read(field) for name, field in found.items()}


def changed(now: Mapping[str, Value], before: Mapping[str, Value]) -> dict[str, Value]:
    """What stands otherwise than before; a field that was not there before counts when something
    stands in it."""
    return {name: value for name, value in now.items() if value != before.get(name, _blank(value))}


def _blank(value: Value) -> Value:
    """What a field of this kind holds when nobody touched it."""
    return type(value)() if isinstance(value, (str, bool, int)) else None
