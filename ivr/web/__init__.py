"""Pages for a browser, and what machines ask of a server."""
