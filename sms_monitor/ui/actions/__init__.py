"""What the keys do to the world outside the screen, a module for each kind of thing."""
