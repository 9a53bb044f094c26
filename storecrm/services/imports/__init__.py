"""Imports: lists of other systems become rows, all or nothing, and can be rolled back.

cell_formats: how others write days, times, amounts.
cells: cells read.
column_matching: which column is which.
completion: the end, from which on everything is seen.
file_kinds: which list a file is.
formats: what the child knows of files.
loaders: one loader a kind.
mappings: ready, kept and given mappings.
member_changes: what a list says anew of known members.
move_in: all files of an old system at once.
moves: what an act of moving in consists of.
move_in_page: what came in, on paper.
one_file: one file from its first frame to its last word.
options: what an import is asked for, and what it answers.
pending_rows: what waits for the import's end.
preview: a look before anything is written.
reader: files read in a child process with bounds.
references: who uses what an import brought.
rejected_rows: rows to put right.
restored_changes: fields put back as they were.
rollback: an import undone.
row_origins: with which import a row came.
run: imports begun, listed and rolled back.
shaping: rows of another system become rows under our columns.
unnamed_uses: uses that no foreign key says.
"""
