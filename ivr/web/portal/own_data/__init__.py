"""The own data page is where a contact reads what is kept, chooses passwords and wishes, and takes a copy along."""
