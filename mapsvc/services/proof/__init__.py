"""The "whose is it" sheet: one point, the edition of its day, and everything that tells whose it is."""
