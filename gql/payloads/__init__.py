"""What mutations answer: one file per noun."""
