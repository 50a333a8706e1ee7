"""The side of the carrier that a voice application calls: an account's resources over HTTP."""
