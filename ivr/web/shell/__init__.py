"""The shell is what every page stands in: layout, languages, static files and the headers that browsers obey."""
