"""Insight: performance (the month's figures, defined once), promotions, suppliers, trial and watch beside it; counting (which receipts
count), figures (what is kept of members) and visits (what they bought) under rfm, lifecycle, profile, segment_rules (a rule as one
statement) and segments; in_words says rules and reasons.
"""
