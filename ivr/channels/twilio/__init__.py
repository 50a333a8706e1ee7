"""Voice calls by Twilio: what Twilio may send, what it is answered, and what its API is asked."""
