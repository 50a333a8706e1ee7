"""The pages on which people read how a line did."""
