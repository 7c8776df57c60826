"""From measured changes of losses to constants: summaries, class maps, intervals, certificates."""
