"""The web package serves pages to a browser, and health and metrics to machines."""
