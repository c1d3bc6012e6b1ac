"""Tables: which of their columns say what."""
