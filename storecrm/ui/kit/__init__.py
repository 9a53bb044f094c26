"""The kit: theme and icons, lanes for background work, list models, scanner capture, sounds, small widgets."""
