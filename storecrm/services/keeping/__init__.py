"""Keeping: reader (files in a guarded child), tables (columns and cells), importing, exporting, totals, backup, verify, tampering (what nobody but the program should have done)."""
