"""What is seen: the only floor with Qt besides app.

kit: what every page is built of.
main_window: the frame: rail, top bar, pages by role, keys, lock.
pages: widgets and wiring.
presenters: what is shown, from what is known; without Qt.
tour: the states that the tour's pictures show.
viewmodels: state and signals.
"""
