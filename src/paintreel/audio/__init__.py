"""Sound as samples, in numpy alone: what training hears is what serving hears. Where to look:

sound      `Sound`, read whole or block by block from any file that holds sound
spectra    frames, spectra and log-mel bands
pitch      the fundamental frequency of a voice
prosody    intensity and rate of speech
voice      where there is speech, and whether it is speech at all

Every function of frames has one row for each 10 ms, the first at 0 s: (N samples) give
`frame_count(N)` rows, whatever is measured, so that rows of several measures stand side by side.

Nothing is imported here: a name comes from its module.
"""
