"""The page on which staff tell callers something until a moment."""
