"""The pages: their names, pictures, keys and rights, each declared once."""

from storecrm.i18n import m
from storecrm.services.rights import Right
from storecrm.ui.kit.actions import Action

PLACES: dict[str, Action] = {
    name: Action(f"go.{name}", title, icon=icon, shortcut=key, right=right)
    for name, title, icon, key, right in (
        ("till", m("Till"), "cash-register", "Alt+1", Right.SELL),
        ("members", m("Members"), "users", "Alt+2", Right.FIND),
        ("today", m("Today"), "list-details", "Alt+3", Right.OWN_TODAY),
        ("returns", m("Returns"), "arrow-back-up", "Alt+4", Right.RETURN),
        ("offers", m("Offers"), "ticket", "Alt+5", Right.OFFERS),
        ("known", m("Insight"), "chart-dots", "Alt+6", Right.REPORTS),
        ("report", m("Report"), "layout-dashboard", "Alt+7", Right.REPORTS),
        ("data", m("Data"), "database-export", "Alt+8", Right.IMPORT),
        ("settings", m("Settings"), "settings", "Alt+9", Right.SELL),
        ("trail", m("Audit trail"), "history", "Alt+0", Right.AUDIT),
    )
}
"""The pages by their names."""
