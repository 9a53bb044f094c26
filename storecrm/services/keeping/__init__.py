"""Keeping: reader (files in a guarded child), tables (columns and cells), importing, exporting, totals, backup, verify."""
