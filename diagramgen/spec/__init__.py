"""A chart's table -> its Vega-Lite spec."""
