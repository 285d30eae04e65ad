"""Tries small faults in rules, values, folds, filters and grants, and counts those that no test sees."""
