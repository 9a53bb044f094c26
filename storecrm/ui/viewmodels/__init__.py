"""State and signals behind each page; QtCore only.

analytics: scores, stages, segments, tags.
duplicates: likely duplicates, merged and unmerged.
first_run: a new shop, the demo shop, or a backup.
import_wizard: an import in four steps.
kept_columns: tables as a person left them.
lookups: what can be chosen by a few letters.
members: the list and one member.
moving_in: the old system's files at once, lists that go out.
offers: the list, the editor's sentence, issuing, papers.
office: the month's report, imports, day totals, backups, the proof of the books.
privacy: retention, suppressed addresses, look-ups.
returns: goods that come back.
session: who is signed in.
shop: who works here, codes for the safe.
shop_settings: the shop's own settings.
table_files: what a table shows becomes a file.
till: the customer at the till, in parts: scan box, bill, basket, verification, overrides.
today: the day at this till.
trail: the audit trail.
"""
