-- Nothing to take back: what was filled in goes with its column.
SELECT;
