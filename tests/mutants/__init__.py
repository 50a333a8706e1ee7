"""Rules of this project, each broken on purpose: a patch names its rule, and the test that must notice."""
