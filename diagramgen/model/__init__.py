"""What a suite says: metrics, sources, outputs, looks, and which checkpoints there are."""
