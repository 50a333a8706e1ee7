"""The sections of ``routing.yaml``, one file each, read into the types of the package ``routing``."""
