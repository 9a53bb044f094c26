"""Backup: verified copies, and a store put back from one.

backups: create, verify, restore.
copies: one copy with its manifest.
copy_contents: what a copy holds.
restore_copy: a copy made ready to be a store.
thinning: which backups go when there are too many.
trail_anchors: where the trail stood, kept outside the store.
"""
