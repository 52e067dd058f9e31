"""The emotion paper's Figures 6 to 9: face, voice and both, on speakers and families unheard of."""
