"""Other JSON files: where their records are."""
