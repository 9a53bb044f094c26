"""Insight: performance (the month's figures, defined once), promotions, suppliers, trial and watch beside it; visits (what members bought) under
rfm, lifecycle, profile, segment_rules (a rule as one statement) and segments; in_words says rules and reasons.
"""
