"""The frame is what every page of the portal stands in: layout, style and the address of the company's help."""
