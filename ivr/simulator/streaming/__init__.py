"""Media Streams: the sound of a call over a websocket, in real time, both ways."""
