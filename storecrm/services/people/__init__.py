"""People: staff (who works here, signing in) and members (who shops here)."""
