"""What is kept, on one machine: the ports over TinyDB files and one SQLite file. Imports ports and domain only."""
