"""The edge to HTTP: Slack's requests (guarded), health, metrics, and the API by which programs hand jobs over."""
