"""The history panel next to the pad, with paging and a filter by digit."""
