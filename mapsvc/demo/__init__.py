"""The invented community: a seeded generator of its place register and incidents, and the loader of what it wrote."""
