"""The customers page is where Assessoria lets the administrator of a company into the portal."""
