"""What a viewer may do with an order and what belongs to it, told without doing it."""
