"""What takes Python to find out: each fact is a function that takes the folder and gives a table, which SQL then asks.

claimstance.facts names them all, and brings in what other wings know.
"""
