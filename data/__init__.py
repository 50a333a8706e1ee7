"""The data package stores what is remembered: companies, contacts and invoices; calls, turns and statuses."""
