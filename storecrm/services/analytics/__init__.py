"""Analytics: what is known of members, derived from receipts.

basket_pairs: which articles lie in one basket.
counting: which receipts count, and which are visits.
lifecycle: stages of a member's life with the shop.
lifecycle_history: who moved from stage to stage.
member_figures: those sums as they are kept.
member_list: the list of members, sorted and filtered.
profile: one member at a glance.
rankings: where members stand among all.
recommendation: what to offer next.
repurchase: who comes again.
rfm: recency, frequency, money.
segment_rules: rules compiled to one statement.
segment_values: what each field of such a rule reads.
segments: lists by rule, and lists kept.
tag_rules: tags by rule.
timeline: a member's life with the shop.
visit_model: what visits say of the next ones.
visits: receipts summed up by member.
"""
