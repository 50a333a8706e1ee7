"""The portal is where contacts of customers sign in: a public of its own, with its own address, cookie and bounds.

A page is a folder here, as in ``ivr.web``. Nothing of it is a page of the staff's, and no page of theirs is one of it.
"""
