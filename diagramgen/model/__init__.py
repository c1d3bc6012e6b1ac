"""What a suite says, as frozen records: metrics, sources, outputs, looks; and its checkpoints.

The records' field docs are the language's documentation: the JSON Schema is made from them.
"""
