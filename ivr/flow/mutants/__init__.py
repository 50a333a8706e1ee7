"""Mutants of a line: each is the line with one change that an edit might make, by which some call goes another way.

Scripts that no change can make fail try nothing; ``ivr mutate`` plays them on each mutant and tells which none noticed.
"""
