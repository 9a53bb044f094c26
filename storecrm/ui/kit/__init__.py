"""The kit: what every page is built of.

actions: what a person can do, declared once for buttons, menus, keys and the palette.
adopting: widgets that were put nowhere end with their page.
charts: charts that are read by pointer, by keys and as a table.
cursor: where the cursor goes when what had it is put out of sight.
drafts: what was typed and not saved.
empty_state: what an empty list says.
field_errors: what is wrong with a field, said at the field.
file_dialogs: asking for a file: which to read, or where to write.
fitted_labels: lines of words that fit the room they have.
form_values: what stands in the fields of a form.
forms: fields that scroll, buttons that do not, the same keys everywhere.
gc_timer: Python's search for cycles, in the windows' thread.
idle: how long nobody did anything.
key_sheet: the keys of the program, over the page.
list_detail: a list and one record of it, one at a time where room is short.
overlay: what lies over a page and moves nothing.
palette: everything that can be done now, found by typing.
pickers: boxes in which a value is chosen or typed.
pictures: a picture of a page or a chart, into a file.
printing: a PDF page to a printer, one to one.
program_icon: the program's picture.
progress: long work with a way to cancel it, over the page.
sacrifice: what goes first where room is short.
scanner: scans from anywhere in the program.
scroll_part: what scrolls where it has not the least room.
shortcut: the icon on the desktop and in the menu.
side_by_side: two columns, below each other where room is short.
sounds: four short sounds.
splash: what stands on the screen while the rest is loaded.
stacks: parts of which one is in front.
store_signals: news of the store, in the window's thread.
tab_order: Tab goes as one reads.
tables: one kit for every list: sort, filter, columns, copy, export.
tasks: background lanes, and how they answer.
theme: style sheets and icons from the tokens.
toast: what was done or went wrong, over the page.
tokens: the colours of both themes, by their role.
two_sides: two parts of a page, one at a time where the window is narrow.
veil: what lies over the whole window for a moment.
widgets: small widgets.
"""
