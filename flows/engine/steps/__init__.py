"""What each kind of step asks and accepts, one module a kind; ``registry`` lists them all."""
