"""Problems whose exact answers are known, to compare with."""
