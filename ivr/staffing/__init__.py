"""How many agents a destination needs: Erlang's formulas, and a simulation of our own distribution over a day."""
