"""Histories fetched and decoded: events, and the failures of workflow tasks."""
