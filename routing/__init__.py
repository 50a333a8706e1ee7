"""Where a call may go: opening hours, access codes, documents and desks, as pure functions of what is passed in."""
