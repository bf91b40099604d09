"""Reports come in: checked, masked, located, stored once; photos beside them."""
