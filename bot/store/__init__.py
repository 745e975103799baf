"""The edge to Redis: records, their texts, the audit, the shared pace. The 6.2 command set and EVAL, no more."""
