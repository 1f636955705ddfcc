"""The main screen: its panels, its actions, and what leaves it."""
