"""What every question is asked of: columns that follow the journal, the plan in use, the registers, the clock."""
