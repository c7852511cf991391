"""Judgement: YAML in, Decision out. No clock, no disk after loading, no network, no Temporal."""
