"""Benchmarks: what is promised in numbers, measured, beside a rival in the same run where there is one.

A module here is a benchmark of its name. Its docstring's first line says what it measures, `NEEDS` what has to be
given, `add_arguments` (where there is one) adds to its command line, and `run` takes what was parsed and returns a
document of JSON values. `{"ours", "rival", "ratio"}`, and `x` with `rival_x`, stand side by side in the table.
"""
