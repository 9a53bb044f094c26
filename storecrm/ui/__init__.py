"""What is seen: the only floor with Qt. main_window over pages (widgets and wiring) over viewmodels
(state and signals) over kit."""
