"""What may happen: a verb takes `store` first, asks its right first, and is one transaction. Rows
never leave a wing.

allowances: how much a person may do a day.
analytics: what is known of members.
backup: copies of the store.
children: child processes with bounds.
coupons: issue, look up, printed paper.
demo: the demo shop and the tour.
exports: lists that go out.
file_lock: one program at a time.
file_marks: by what a file of ours is known.
files: the one door to files of people.
goods: articles, categories, brands by a few letters.
housekeeping: what is due once a day.
imports: lists that come in.
integrity: the proof of the books.
loyalty: points, stamps, tiers, referrals, cards.
members: register, find, merge, consent, erase.
offers: design, stop, try on what was sold.
printing: papers.
progress: how far long work is.
reports: the month's figures and their workbook.
rights: who may what.
sealing: seals of what only an owner may change.
shop_settings: the shop's settings, read and set.
staff: who works here, PINs, guesses.
store: the open store.
store_places: which files belong to a store.
till: sell, return, void, park: whatever happens while a customer waits.
"""
