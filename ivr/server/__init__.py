"""The HTTP server: connections with bounds, a front that refuses early, and threads in which WSGI answers are made."""
