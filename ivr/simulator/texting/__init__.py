"""Text messages of the simulated account: sent by the application, sent by people, and what becomes of them."""
