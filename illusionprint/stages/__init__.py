"""The stages that pipelines share, one a file; each takes the parts that it uses and meets the next in a value or in files."""
