"""The program's commands: parse, one service call, print. Decides nothing and stores nothing.

commands     what reads and writes news: demo, run, poll, brief, ask
keeping      what looks after the program: feeds, topics, doctor, backup, restore
documents    the JSON documents
terminal     how things look
running      settings, event loop, errors and exit statuses
"""
