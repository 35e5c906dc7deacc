"""Settings and master data: channels, connections, sources, carriers, and how they work together."""
