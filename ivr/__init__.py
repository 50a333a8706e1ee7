"""The package takes calls of the telephone line 4003-0015 from the webhook to the answer, and rehearses them."""

import logging

# The command that runs the line says where its log goes (ivr serve does); without that nothing is printed in passing.
logging.getLogger(__name__).addHandler(logging.NullHandler())
