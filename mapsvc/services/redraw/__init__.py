"""Redraw: drafts of a plan, edited step by step on a map that stays whole, weighed, reviewed and published."""
