"""The ground floor makes comparable what people write and say; the line and the simulator both stand on it."""
