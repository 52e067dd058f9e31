"""The experiment on scripts: both methods of Eq. 9 to 11, a plain count of words, and raters."""
