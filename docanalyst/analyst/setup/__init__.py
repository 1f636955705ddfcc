"""Setup screens' data: models, the user's own prompts, and settings."""
