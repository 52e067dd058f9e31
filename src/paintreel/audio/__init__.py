"""Sound as samples, in numpy alone: what training hears is what serving hears. Where to look:

sound      `Sound`, read whole or block by block from any file that holds sound
spectra    frames, spectra and log-mel bands
pitch      the fundamental frequency of a voice
prosody    intensity and rate of speech
voice      where there is speech, and whether it is speech at all
formants   resonances of throat and mouth
mouth_*    mouth shapes of a voice, from its sound or with its text; Rhubarb's files of them
spelling   letters to sounds; alignment lays them along a recording
rhythm     phrases, and the accents that a body moves to
voiced_frames  frames that a program makes, beside a sound that is copied as it is

Every function of frames has one row for each 10 ms, the first at 0 s: (N samples) give
`frame_count(N)` rows, whatever is measured, so that rows of several measures stand side by side.

Nothing is imported here: a name comes from its module.
"""
