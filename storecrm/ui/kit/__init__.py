"""The kit: theme and icons, lanes for background work, the search for cycles, list models, scanner
capture, sounds, small widgets."""
