"""The menu as data: YAML text, values that know their place, and the typed line made of them."""
