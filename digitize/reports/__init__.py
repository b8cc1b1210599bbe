"""Periodic reports: what they tell, as tables and as an official paper."""
