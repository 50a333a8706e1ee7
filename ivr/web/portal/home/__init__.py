"""The home page tells a contact who they are to us, and leads on."""
