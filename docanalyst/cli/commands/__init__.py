"""One file a command; each holds `command`, which `cli.app` loads by name."""
