"""Asks an ASGI application in this process, over HTTP and websockets, as a server would."""
