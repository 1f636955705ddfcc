"""What a provider's own server says now: its models, windows and speed."""
