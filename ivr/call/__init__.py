"""One call: what comes in, what is known, what is decided, what is said, and what is kept."""
