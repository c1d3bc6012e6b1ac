"""Files of evaluation harnesses."""
