"""The telephone company's side of the door: what it may send, what it is answered."""
