"""What is remembered: companies, contacts and invoices; calls, their turns and their statuses."""
