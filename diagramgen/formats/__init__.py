"""A spec -> the bytes of a file of each format."""
