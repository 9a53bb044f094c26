"""Widgets and wiring, one page a noun: sign_in, till, members, offers, printing, office (reports,
imports, totals, backups), settings."""
