"""Side-by-side measurements: ours against the raw limit in one run, as ratios of CPU time; and a
real grocer's year.

python -m benchmarks            everything
python -m benchmarks redeem     one of: redeem, issue, paper, window, start, journey
python -m benchmarks density    how densely the house is written, from its text alone
"""
