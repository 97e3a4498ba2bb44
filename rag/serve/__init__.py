"""The faces of an assistant beyond the terminal: the window in a browser (`rag.serve.web`).

It shows what `rag` answers and decides nothing about answers. Importing this package imports no web library.
"""
