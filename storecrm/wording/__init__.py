"""Facts become sentences; the sentences themselves lie in resources/i18n, keyed by code.

audit: one sentence for each act in the trail.
errors: errors and their cures.
filling: facts put into a sentence.
insight: segments, groups, stages, profile and timeline.
labels: states, steps, tenders, birthdays and other short words.
names: channels, lists, roles and overrides by their names.
offers: what an offer says.
refusals: refusals, errors, offers, points.
returns: what a return did.
shop_rules: titles, help and choices of settings.
"""
