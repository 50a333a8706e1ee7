"""What people write and say, made comparable: the ground floor, which the line and the simulator both stand on."""
