"""From nodes of YAML to the resolved model, one kind of file per module. Shape is checked before; here is meaning."""
