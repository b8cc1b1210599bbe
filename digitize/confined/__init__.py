"""The room without doors in which files from outside are opened.

    worker ──orders──▶ nursery ──fork──▶ child: one document, then gone
           ◀─answers──         ◀─pipe───

The **nursery** (``python -I -m digitize.confined``) is started with an empty environment, a socket and a pipe, loads
the libraries and the recogniser's model once, and forks a child for every document. The **child** gives up what it does
not need (:mod:`digitize.confined.walls`), looks at the file, and sends values through a pipe of its own. The nursery
never looks into a file; it passes on what the child says and ends it when its time is up.

A file comes as a descriptor of sealed memory (memfd_create(2)): its bytes exist once, whoever looks at them, and nobody
can change them. An archive file goes back in pieces as it is written, so that no process here ever holds it.
"""
