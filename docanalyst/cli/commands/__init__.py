"""One module for each command; each defines `command`, which `cli.app` loads by name."""
