"""The wallboard shows people who lead how the line stands now, and lets them act."""
