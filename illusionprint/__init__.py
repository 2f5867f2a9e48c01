"""Pictures that become other pictures, made into things that people print, cut, hang and sell."""

__version__ = "0.1.0"
