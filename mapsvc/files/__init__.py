"""Readers of foreign files: a sandboxed child process takes the bytes, only checked columns and polygons come back."""
