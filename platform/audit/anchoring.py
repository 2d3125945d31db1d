"""Time stamps of checkpoints: proof from outside of how old the log is.

What is stamped, exactly: SHA-256 over the UTF-8 bytes of the signed checkpoint without its cosignatures, that is

    <origin>                            the text: three lines,
    <size>
    <root, base64>
                                        a blank line,
    — <origin> <signature, base64>      each signature line whose key bears the name of the log itself

with a newline (0x0A) at the end of every line: the bytes of `audit_checkpoint.note`. Cosignatures arrive later and
differ by who asks, so they are left out; the log's own signature stays in, so that nobody can prepare stamped roots
first and find the key afterwards. What is kept is the authority's whole answer, a TimeStampResp in DER.
"""

from __future__ import annotations

_SIGNATURE_MARK = "\u2014 "


def stamped_bytes(note: str) -> bytes:
    """What a time stamp of the checkpoint in `note` is over, whatever cosignatures `note` carries."""
    text, separator, signatures = note.rpartition("\n\n")
    origin = text.partition("\n")[0]
    own = f"{_SIGNATURE_MARK}{origin} "
    kept = [line for line in signatures.splitlines(keepends=True) if line.startswith(own)]
    return (text + separator + "".join(kept)).encode()
