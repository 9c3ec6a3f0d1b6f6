"""Things to click: fields, forms, tables and the panel."""
