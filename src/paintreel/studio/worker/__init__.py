"""The process of one job: limited, it decodes what users send, and tells of its work in lines.

It knows its folder and nothing of the store: no address of a database, no password, no other job.
Its one argument is the folder; `spec.json` there says what is to be done. It tells its manager what
happens in lines of JSON (`telling`), and ends when that does.
"""
