"""The login is where a user of the staff begins and ends a session, and chooses a password."""
