"""From local elasticity to stability: similarity and influence beside true deletions."""
