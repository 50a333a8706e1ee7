"""The page on which supervisors say who takes calls, and see who is on duty."""
