"""The command line: parse, call, print.

entry and main find the verb, arguments makes its parser from its options, files runs the verbs that
make files; terminal, progress, pulse and signals are how the command speaks and ends. The others
are one file a verb that prints.
"""
