"""Pixels and picture files. Where to look:

pixels         arrays, alpha, colour, geometry, tiles, guided_upsampling
files          files (read and write), formats (one row each), encoding, atomic, untrusted_files,
               file_signatures, frame_count, temporary_names, array_files
colour         stated_colour, profiles, profile_making, coding_points, recolouring, and for high
               dynamic range high_range and tone_mapping
what is said   carried (what goes over from file to file), metadata, exif, xmp, photoshop_resources
bytes          png, png_text, jpeg_segments, jpeg_scans, gif_blocks, webp_chunks, heif_boxes, tiff,
               tiff_tags, tiff_samples, sixteen_bit, insertion

Nothing is imported here: a name comes from its module.
"""
