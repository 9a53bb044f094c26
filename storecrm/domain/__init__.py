"""What is decided: an answer depends on its arguments alone. No session, no clock, no words, no
window.

birthdays: by either calendar, and on which dates they fall.
lifecycle: stages and the figures they follow from.
list_columns: columns of lists that come in or go out, and what a row must say.
list_titles: what people call those columns.
member_fields: what is kept of a member, declared once.
offers: what an offer says, and how it is read from plain keys.
points: what an amount earns, how long points live.
pricing: lines, buyer, offers and coupons in; shares per line and steps out.
profile: what is known of one member.
recommendation: why an article is suggested.
repurchase: whether somebody comes again.
rfm: scores and their named groups.
row_references: how a row is called in a list, so that it is known when it comes in again.
scan_entry: what stands in the scan box: an amount, a member, a code or a command.
segment_fields: what a condition may ask, and which rules can be understood.
setting_kinds: how settings are read, checked and said.
shop_rules: every setting of a shop, declared once.
tenders: what is paid, and what goes back.
timeline: what happened between a member and the shop.
"""
