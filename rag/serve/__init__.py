"""The faces of an assistant beyond the terminal: the window in a browser (`web`), HTTP (`http`) and MCP (`mcp`).

It shows what `rag` answers and decides nothing about answers. Importing this package imports no web library.
"""

import os

# Read when gradio is imported: without it, gradio starts a thread that asks its maker for the newest version.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
