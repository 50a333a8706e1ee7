"""Several machines that answer one line: processes of ``ivr serve`` behind HAProxy, and PostgreSQL that fails over.

What runs here is configured by the files of ``deploy/``, filled in with the addresses of the test.
"""
