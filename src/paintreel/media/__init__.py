"""Clips and animations. Where to look:

whole clips    video (a clip in, a function of frames, a clip out), probe, generated, frame_rate
reading        reader, clip (opening, headers), animation, timeline, restarts, uniform, endings,
               alignment; how they are to be shown: colour_tags, pixels, hdr_metadata, orientation
some frames    sampling, moment (of a time), cuts, shots, length (how many are accepted)
in motion      motion (where things were in another frame), steadier (against flicker)
writing        writer, encoding, codecs and containers (one row each), pacing, animated_output,
               animated_png, sequence, picture_sink
beside frames  passthrough, sound, sound_headers, clip_metadata, animated_metadata
underneath     frame (what readers give and writers take), pipeline (three stages at work)

Nothing is imported here: a name comes from its module.
"""
