"""The side of the telephone company that a voice application calls: an account's resources over HTTP."""
