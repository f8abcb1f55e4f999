"""What the system knows (guidance, digests, laws, services, cities) and search over it."""
