"""Pure decisions about incidents in motion: steps, clocks, who should go, what repeats what. No I/O, no clock."""
