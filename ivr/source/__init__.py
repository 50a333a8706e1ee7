"""The ground floor reads what people write: YAML with places, fields, diagnostics, and the one folding of speech.

The line and the simulator both stand on it; it imports nothing of ours but words for people (``wording``).
"""
