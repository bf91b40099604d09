"""Answers for the desk: figures, lists, cards, points."""
