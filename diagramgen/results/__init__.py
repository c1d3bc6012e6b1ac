"""Suite -> Plan -> Results: which result files there are, and what they say."""
