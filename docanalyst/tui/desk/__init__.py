"""The state behind the main screen: open documents, their counting, the running question, branches."""
