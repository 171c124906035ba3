"""Small real servers on loopback sockets for the real clients to talk to: news sites, a model, Discord.

They model what decides our behaviour and nothing else, share no code with the program, and must work for a
client in another process as well: nothing here may reach into the client.
"""
