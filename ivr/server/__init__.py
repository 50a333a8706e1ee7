"""The HTTP server bounds its connections, refuses early in a front, and answers WSGI requests in threads."""
