"""The text that goes into every bundle. Fixed, and its digest known to `tools/verify_evidence.py`: see there."""

README = """\
EVIDENCE
========

index.json says which kind of evidence this archive is.

"take"     proves how one video was made: what was asked for, what was decided, on which facts and rules and on whose
           consent, which model rendered it, and that the file was signed afterwards.
"non_use"  proves that a log holds no decision, render, release from custody or delivery that touched one performer,
           in one production and one period.

Check it before you rely on it:

    python3 verify_evidence.py THIS-FILE.zip --trust TRUST.json

Take verify_evidence.py and TRUST.json from a source you trust, not from whoever gave you this archive. The program
needs Python 3.11, the package "cryptography" and no network. It refuses the archive when a single byte was changed.

index.json               every member with its size and SHA-256
log/                     entries of the log with their proofs, the signed checkpoint, its place in the platform's log
timestamps/              time stamps of outside authorities over a checkpoint

Of a take:
take.json                the take: what was asked for, its file, its credential
decision/N.json          a verdict with its reasons and duties, in the order of the log
decision/N.facts.json    the facts it was made on
rules/N.json             the texts of the rules they were made by
consents/N.json          digests of a consent document and its terms; the document itself is not here
model.json               the model's card and the digests of all its files
obligations.json         what the last decision says is owed
credential/              the content credential (C2PA) and what was announced before it was signed
video/take.mp4           the signed file; when it is absent, its digest is proved all the same
trust/trust-list.json    who was trusted to sign when this was exported: for information, never used to check

Of a statement of non-use:
statement.txt            what is stated: one line of JSON, signed with the installation's key for statements.
                         Entries of each type and production are numbered without a gap. All of the period are here,
                         with the one before and the one after, and how many there were stands in the log.

This archive holds identifiers of performers and what opens commitments about them: whoever holds it can tell which
entries are about them. Pass it on to those who need it. It proves what was recorded and that nobody changed it since.
It is no legal advice and proves nothing that was not recorded; docs/evidence.md of the product says where the limits
are.
"""
