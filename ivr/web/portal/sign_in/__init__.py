"""The sign-in is where a contact begins and ends a session."""
