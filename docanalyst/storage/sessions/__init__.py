"""Sessions, turns and documents as rows; export and import."""
