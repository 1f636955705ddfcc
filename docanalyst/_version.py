"""The version: read by the build, and by modules that may not import the package itself."""

__version__ = "0.1.0"
