"""The main screen: its panels, its actions, and quitting."""
