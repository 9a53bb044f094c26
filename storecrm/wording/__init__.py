"""Facts into sentences, in the reader's language: formatting only, the sentences stand in resources/i18n, keyed by their codes.

audit (what the trail says) · names (what kinds of things are called)
"""
