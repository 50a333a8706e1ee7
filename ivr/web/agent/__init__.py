"""The page of an agent: who calls, the talk, what is to be noted of it, and the agent's own state."""
