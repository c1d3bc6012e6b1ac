"""How fast diagramgen is, beside other ways to the same pictures: `python -m benchmarks`."""
