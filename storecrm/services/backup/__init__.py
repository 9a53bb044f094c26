"""Backup: verified copies, and a store put back from one.

backups: create, verify, restore.
copies: one copy with its manifest.
restore_copy: a copy made ready to be a store.
trail_anchors: where the trail stood, kept outside the store.
"""
