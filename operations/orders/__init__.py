"""What can be done with an order."""
