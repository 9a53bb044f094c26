"""Members: who shops here.

blank_records: what is left when the person is gone.
consent: asked, withdrawn, proven.
consent_ledger: who may be written to.
duplicates: who may be one person twice.
erased_list: who stays erased in a restored backup.
erased_marks: marks by which an old list does not bring them back.
erasure: the right to be forgotten.
merge: two records become one, and are parted again.
merged_rows: what hangs on a member, moved to the survivor and back.
merged_values: what two records said of one person.
name_index: what a name is found by.
phones_and_cards: numbers that change hands.
personal_data: what a person says of oneself, read and checked.
registry: register, find, show, change.
search_limits: nobody reads the whole list by searching.
staff_cards: which member a person of the staff is too.
tags: the shop's words for members.
tier_qualification: what the ladder says of the spend.
verification: is this the member, before points are used.
views: members as screens show them.
"""
