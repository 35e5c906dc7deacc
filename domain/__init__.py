"""The rules of the shop in plain Python: no framework, no database, no clock."""
