"""Redraw: drafts of a plan, their edits, consequences, proposals, review and publishing."""
