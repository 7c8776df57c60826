"""How one trains, as frozen data and as TOML."""
