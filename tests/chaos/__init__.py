"""Chaos: the program as a process, killed and hindered at random, against the doubles; then what stands is counted.

servers  the doubles, unreliable on demand
program  the process
scene    the news, the editions that are due
members  the settings and questions of people meanwhile
kills    the instants at which the process dies
faults   what goes wrong while it lives; `pack` deals them
count    what stands in Discord in the end: once, refused, lost or doubled
rounds   life after life until all is settled, and the count
tally    rounds side by side until the kills and faults asked for have happened, and their sum
"""
