"""The contacts page is where the administrator adds, changes, releases and blocks, and others read who does."""
