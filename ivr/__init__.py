"""The telephone line 4003-0015: one call in, through and out, and the tools to rehearse it."""
