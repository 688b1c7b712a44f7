"""Who may, and what is set: projects, keys, sign-in. The only room with the control database."""
