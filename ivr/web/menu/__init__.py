"""The page of the menu is where ops edit a line, see what is wrong with it and what it changes, and publish it."""
