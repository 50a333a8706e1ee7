"""The pages on which staff work on the tickets of customers."""
