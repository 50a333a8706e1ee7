"""Each benchmark prints a ratio against a floor that was measured in the same run, on the same machine."""
