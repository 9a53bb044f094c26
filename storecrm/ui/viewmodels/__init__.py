"""State and signals behind each page; QtCore only. session (who), till, members, offers, office
(reports, imports, totals, backups)."""
