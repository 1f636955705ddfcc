"""The screens above the main one: each asks or shows one thing."""
