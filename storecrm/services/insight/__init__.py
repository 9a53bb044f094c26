"""Insight: performance (the month's figures, defined once)."""
