"""Who may be separated, and where each went."""
