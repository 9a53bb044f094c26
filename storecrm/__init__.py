"""storecrm: the promotion CRM for shops with a counter.

Members, points, offers, barcode coupons, the till, and the month in Excel, over one local database.
docs/architecture.md is the page of the whole house; each package's docstring is the map of its
rooms.

app: the window is opened.
cli: commands.
compose: a store is opened: checked, backed up, migrated.
domain: what is decided.
errors: refusals and troubles as codes with typed facts.
i18n: a language and its sentences.
ledger: what is written.
log: the file that says what went wrong.
models: what is true.
paths: where things lie on this machine.
services: what may happen.
settings: this machine's choices.
ui: what is seen.
values: exact values.
windows: what only Windows asks for.
wording: facts become sentences.
"""

__version__ = "0.2.0"
