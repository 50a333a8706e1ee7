"""The access is where a contact asks for a one-time code, and chooses a password of the portal with it."""
