"""What users set up: models, their own prompts, and settings."""
