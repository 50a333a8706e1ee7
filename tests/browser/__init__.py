"""The pages in a real browser, which is one for all of them."""
