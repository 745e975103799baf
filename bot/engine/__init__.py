"""The edge to Docket: work runs as short tasks that take a ref, re-read its record, and may run twice."""
