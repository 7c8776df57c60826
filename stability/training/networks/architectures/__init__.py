"""The networks that have a name, one file each; `registry` finds every file in this folder."""
