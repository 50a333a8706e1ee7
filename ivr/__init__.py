"""The telephone line 4003-0015: one call in, through and out, and the tools to rehearse it."""

import logging

# Whoever runs the line says where its log goes (ivr serve does); without that nothing is printed in passing.
logging.getLogger(__name__).addHandler(logging.NullHandler())
