"""Tools for agents over the Model Context Protocol. TOOLS is the one list of them; every face of MCP shows it."""
