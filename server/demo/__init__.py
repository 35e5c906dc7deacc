"""A shop that does not exist: companies, catalogue, orders of a month, and life going on."""
