"""What is set and installed: an overview, the user's prompts, the folder's preferences."""
