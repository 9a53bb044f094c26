"""What the reading child knows of files; it runs with bounds and writes nothing.

compound_file: the file system within a workbook of Excel 97 to 2003.
html_tables: tables of web pages and XML workbooks.
letter_frequencies: how likely a sign is in a language.
sheet_choice: which sheet a person asked for.
sheet_patterns: what the bytes of a sheet say of it.
styled_numbers: numbers that a format shows with zeros in front.
text_encoding: in which encoding a text is, or that it must be asked.
text_rows: rows of a text file.
text_sample: a look over the bytes of a text, and lines to weigh.
workbook_cells: cells that say more than their value.
workbook_guard: what an archive really holds, before it is opened.
workbook_limits: how much a workbook may hold.
workbook_rows: rows of a sheet.
workbook_styles: formats that show zeros.
xls_records: workbooks of Excel 97 to 2003.
"""
