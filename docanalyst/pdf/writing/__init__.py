"""How letters are written: directions, right-to-left text, raised figures, ticks, plausible words."""
