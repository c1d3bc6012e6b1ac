"""How tables look, as data: templates, themes, palette, and what a spec may refer to."""
