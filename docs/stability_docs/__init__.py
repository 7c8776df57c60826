"""The documentation site: what is generated from the library, and what Sphinx needs beside it."""
