"""Imports: lists of other systems become rows, all or nothing, and can be rolled back.

amount_formats: how others write amounts and points.
blank_words: what says nothing, or no value.
cells: cells read.
clean_cells: cells without what is no part of them.
column_looks: a column told by its cells.
column_matching: which column is which.
column_parts: columns that stand in several of a file.
column_types: which columns are days, amounts, numbers.
completion: the end, from which on everything is seen.
control_totals: sums that must come out.
day_formats: how others write days.
dropped_rows: rows that a roll back takes away.
file_kinds: which list a file is.
formats: what the child knows of files.
loaders: one loader a kind.
mappings: ready, kept and given mappings.
member_changes: what a list says anew of known members.
merged_members: who became one with another meanwhile.
move_in: all files of an old system at once.
moves: what an act of moving in consists of.
move_in_page: what came in, on paper.
one_file: one file from its first frame to its last word.
options: what an import is asked for, and what it answers.
pending_rows: what waits for the import's end.
plain_values: days, amounts and points in one shape.
preview: a look before anything is written.
problem_kinds: problems counted by kind.
reader: files read in a child process with bounds.
references: which tables may refer to what an import brought.
rejected_rows: rows to put right.
restored_changes: fields put back as they were.
rollback: an import undone.
rollback_steps: its steps, each a transaction.
row_origins: with which import a row came.
row_rules: rows that are no records.
run: imports begun, listed and rolled back.
shaping: rows of another system become rows under our columns.
time_formats: how others write times.
unfinished: what never came to its end.
unnamed_uses: uses that no foreign key says.
unread_cells: cells that cannot be read, and what a person put right.
uses: what stands on an import.
"""
