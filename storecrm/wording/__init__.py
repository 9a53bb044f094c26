"""Facts become sentences; the sentences themselves lie in resources/i18n, keyed by code.

audit: one sentence for each act in the trail.
audit_facts: facts of the trail as people write them.
errors: errors and their cures.
figures: what each figure of the month means.
filling: facts put into a sentence.
insight: segments, groups, stages, profile and timeline.
labels: states, steps, tenders, birthdays and other short words.
names: channels, lists, roles and overrides by their names.
offers: what an offer says.
refusals: why a coupon is not taken.
restrictions: who may use an offer, when and where.
returns: what a return did.
shop_rules: titles, help and choices of settings.
"""
