"""The steps by which an older store becomes the newest; models.migrate runs them.

rewording: new rules for tables that have rows.
versions: one file a step.
"""
