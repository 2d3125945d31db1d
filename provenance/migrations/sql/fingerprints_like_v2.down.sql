DROP FUNCTION provenance_fingerprints_like_v2(int[], text, int, int);
