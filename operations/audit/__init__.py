"""Everything computed once more from lines and log, and compared with what is stored."""
