"""Who may act for a company: its roles, its people and its programs."""
