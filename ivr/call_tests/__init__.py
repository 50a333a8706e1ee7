"""Call scripts as tests of pytest: ``plugin`` is loaded by every run of pytest, ``rehearsal`` by those with scripts."""
