"""What is seen: the only floor with Qt besides app.

kit: what every page is built of.
frame: what stands around every page.
lanes: the lanes on which work is done beside the window.
main_window: pages by role, keys, lock, news of the store.
news_bar: news over every page.
opened_pages: the pages that somebody has opened, and what changed of each.
page_building: pages with their view-models, built when they are first opened.
places: the pages, each declared once.
rail: one button for each page.
table_exports: what the window says of a table that becomes a file.
slip_printer: slips of the till, to their printer.
top_bar: the shop, the till, who is here.
window_keys: the keys that work on every page.
pages: widgets and wiring.
presenters: what is shown, from what is known; without Qt.
tour: the states that the tour's pictures show.
viewmodels: state and signals.
"""
