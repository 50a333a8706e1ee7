"""The customer's side of tickets: opened, followed, answered, accepted or refused, with files and permissions."""
