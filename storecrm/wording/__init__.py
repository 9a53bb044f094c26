"""Facts into sentences, in the reader's language: formatting only, the sentences stand in resources/i18n, keyed by their codes.

audit (what the trail says) · errors (what happened, and the way out) · refusals (a coupon that is not taken) · names (what kinds of things
are called) · filling (facts into places) ·
shop_rules (the settings of a shop)
"""
