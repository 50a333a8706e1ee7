"""The doctor looks at a deployment before it goes live, and changes nothing: it asks by GET, and reads."""
