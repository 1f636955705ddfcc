"""Sessions, turns and documents as rows, and their exchange with files."""
