"""What is true about deliveries: pure values and functions, the clock passed in."""
