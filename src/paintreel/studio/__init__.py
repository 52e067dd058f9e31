"""The web app for a team: accounts, uploads, jobs, workers, pages and an API (extra `studio`).

    store/     the one place of state: tables, transactions, migrations
    accounts/  users, passwords, sessions, tokens, invitations
    files/     uploads and results on disk under generated names
    forms/     forms and schemas made from the options of the verbs
    work/      jobs, their events and shards, as the store has them
    manager/   starts one limited child process a job, watches it, starts it again
    worker/    the child: runs a verb, and tells of it in lines of JSON
    web/       pages, API, safety of requests

Only `store` and what uses it know the database; a worker has neither its address nor a password.
"""
