#!/usr/bin/env python3
"""Check an evidence bundle of Countersign, offline and alone.

    python3 verify_evidence.py BUNDLE.zip --trust TRUST.json [--json]

Needs Python 3.11 and the package `cryptography`; no network, none of Countersign's own code. Every key comes from
TRUST.json, which you must have from somebody else than whoever gave you the bundle; sizes and roots come from signed
notes alone. Each check prints a line: [ok] it holds; [FAILED] it does not, or cannot be checked; [not present] there
is nothing to check, which proves nothing. Exit status: 0 nothing failed, 1 something failed, 2 unusable arguments.
Read `Archive` first, then `check_log` and what follows. Sources: RFC 9162 (tree), C2SP signed-note, tlog-checkpoint
and tlog-cosignature, RFC 3161 and 5652 (time stamps), C2PA 2.4 and RFC 9052 (credential), APPNOTE 6.3 (ZIP).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import mmap
import re
import struct
import zlib
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

# Most bytes of the index, of all other members but the video, and in a video before its credential.
MOST_IN_INDEX, MOST_TOGETHER, BEFORE_CREDENTIAL = 2**20, 96 * 2**20, 4096
# The members a bundle of each kind may have, in their one order, {} is 1, 2, 3 and so on; and what is checked in it.
LOG = "log/entries.json log/checkpoint.txt log/platform.json log/platform-checkpoint.txt"
LOG += " timestamps/{}.json timestamps/{}.tsr"
TAKE = "take.json decision/{}.json decision/{}.facts.json rules/{}.json consents/{}.json model.json obligations.json"
TAKE += " credential/definition.json credential/manifest.c2pa video/take.mp4"
LAYOUTS = {"non_use": f"README.txt statement.txt {LOG}", "take": f"README.txt {TAKE} {LOG} trust/trust-list.json"}
CHECKS = {"non_use": "log outside statement", "take": "log outside story credential decisions consents"}
VIDEO = "video/take.mp4"
README_SHA256 = "5b3258532d28fa39010a77d6334978995447c1f5f227495fe48953ffe19fb108"
TAKE_MEMBERS = ("take", "asset", "file_sha256", "manifest_id", "decision", "decision_salt", "request", "v")
OWN_STATEMENTS = ("org.countersign.take", "org.countersign.authorization")
TRUST_MEMBERS = "c2pa_anchors logs platform_log statements tsa_anchors v witness_quorum witnesses"
STATED = "begins commitment examined kind known leaves_sha256 log performer production since size statement until v"
USES = ["licensing.use.decided", "generation.render.started", "licensing.custody.released"]
USES += ["provenance.asset.delivered"]
PERMITTED = ("allow", "allow_with_duties", "warn")
SIGNED_DATA, TIME_STAMP = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")  # OIDs
CONTENT_TYPE, MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
METHODS = ((1, hashes.SHA256()), (2, hashes.SHA384()), (3, hashes.SHA512()))
DIGESTS = {bytes.fromhex(f"60864801650304020{place}"): one for place, one in METHODS}
ABSENT, Failed = "not present", AssertionError  # a result; what is raised when something does not hold
CLAIM_SIGNING, TIME_STAMPING = "1.3.6.1.4.1.62558.2.1", "1.3.6.1.5.5.7.3.8"


def require(holds: object, otherwise: str) -> None:
    if not holds:
        raise Failed(otherwise)


def sha256(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()


def unhex(text: str) -> bytes:
    require(bytes.fromhex(text).hex() == text, "digits in another spelling than the plain one")
    return bytes.fromhex(text)


def canonical(value: Any) -> bytes:
    """RFC 8785 for what is let in: text, whole numbers, booleans, null, lists, objects with plain names."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def read_json(content: bytes) -> Any:
    """JSON in its one canonical spelling: no name twice, no blanks, no floats, names in order."""
    value = json.loads(content.decode(), parse_float=str, parse_constant=str)  # never spelt so again
    require(canonical(value) == content, "JSON in another spelling than the canonical one")
    return value


class Archive:
    """A ZIP file in its one canonical form: names, sizes, digests and order stand in index.json, the first member."""

    def __init__(self, content: memoryview) -> None:
        # All else but the members' contents follows from these and is compared. Nothing is searched for or inflated.
        size = int.from_bytes(content[18:22], "little")
        require(0 < size <= MOST_IN_INDEX, "it does not begin with an index of reasonable size")
        index = read_json(bytes(content[40 : 40 + size]))
        require(set(index) == {"kind", "made_at", "members", "v"} and str(index["v"]) == "1", "unknown form")
        self.kind, self.made_at, self.used = index["kind"], index["made_at"], {"index.json", VIDEO}
        require(re.fullmatch(r"20[-0-9]{8}T[0-9:]{8}\.[0-9]{6}Z", self.made_at), "made_at is no time")
        listed = {"index.json": (size, sha256(canonical(index)))}
        for one in index["members"]:
            require(set(one) == {"name", "sha256", "size"} and type(one["size"]) is int, "unknown form")
            listed[one["name"]] = one["size"], one["sha256"]
        self.members: dict[str, memoryview] = dict.fromkeys(listed, content)
        expected = [name for form in LAYOUTS[self.kind].split() for name in self.names(form)]
        require([one["name"] for one in index["members"]] == expected, "members that do not belong here, or not so")
        require(sum(size for name, (size, _) in listed.items() if name != VIDEO) <= MOST_TOGETHER, "too large")
        self.listed, self.sums, directory, start = listed, dict[str, int](), b"", 0
        for name, (size, _) in listed.items():
            begin = start + 30 + len(name)
            self.sums[name] = int.from_bytes(content[start + 14 : start + 18], "little")
            common = struct.pack("<5H3I2H", 20, 0, 0, 0, 0x21, self.sums[name], size, size, len(name), 0)
            require(content[start:begin] == b"PK\3\4" + common + name.encode(), f"{name} has not its one header")
            directory += b"PK\1\2\x14\3" + common + struct.pack("<3H2I", 0, 0, 0, 0, start) + name.encode()
            start, self.members[name] = begin + size, content[begin : begin + size]
        end = struct.pack("<4H2IH", 0, 0, len(listed), len(listed), len(directory), start, 0)
        require(content[start:] == directory + b"PK\5\6" + end, "it does not end with the directory it must have")
        for name in listed.keys() - {VIDEO}:  # hashed last, when all else holds
            self.check_content(name)

    def check_content(self, name: str) -> None:
        digests = sha256(self.members[name]), zlib.crc32(self.members[name])
        require(digests == (self.listed[name][1], self.sums[name]), f"{name} has another digest or checksum")

    def names(self, form: str) -> list[str]:
        """The members that `form` names: itself, or all of 1, 2, 3 and so on."""
        return [*takewhile(self.members.__contains__, map(form.format, range(1, 10_000 if "{}" in form else 2)))]

    def read(self, name: str) -> bytes:
        require(name in self.members, f"{name} is missing")
        self.used.add(name)
        return bytes(self.members[name])

    def json(self, name: str, *members: str) -> Any:
        value = read_json(self.read(name))
        require(set(value) == set(members), f"{name} has another form than it must have")
        return value


def read_key(vkey: str) -> SimpleNamespace:
    """A key of signed notes, `name+id+base64`. Kind 1: Ed25519; kind 4: a witness's cosignatures by Ed25519."""
    name, key_id, encoded = vkey.split("+", 2)
    content = base64.b64decode(encoded, validate=True)
    is_named = sha256(name.encode() + b"\n" + content)[:8] == key_id
    require(is_named and content[0] in (1, 4), f"{name} is no Ed25519 key, or has a false id")
    key = ed25519.Ed25519PublicKey.from_public_bytes(content[1:])
    return SimpleNamespace(name=name, id=bytes.fromhex(key_id), kind=content[0], public=key)


class Note:
    """A signed note. A checkpoint says where a log stands: its name, the number of its entries, its tree's root."""

    def __init__(self, note: bytes, form: bytes = rb"(\S+)\n([1-9][0-9]{0,17})\n(\S{44})\n") -> None:
        found: Any = re.fullmatch(b"(" + form + rb")\n((?:\xe2\x80\x94 \S+ \S+\n)*)", note)
        require(found, "no signed note of the form that belongs here")
        self.text, self.first, size, root, lines = found.groups()
        self.origin, self.size, self.root = self.first.decode(), int(size or 0), base64.b64decode(root, validate=True)
        self.signatures: dict[tuple[str, bytes], bytes] = {}
        for line in lines.decode().split("\n")[:-1]:
            _, name, encoded = line.split(" ")
            content = base64.b64decode(encoded, validate=True)
            same = base64.b64encode(content).decode() == encoded
            require(same and (name, content[:4]) not in self.signatures, "a false or doubled signature line")
            self.signatures[name, content[:4]] = content[4:]

    def signed_by(self, key: SimpleNamespace) -> bool:
        """Whether `key` signed. A false signature in its name is a failure, not an absence."""
        signature, signed = self.signatures.get((key.name, key.id), b""), self.text
        require(key.kind == 4 or not self.size or key.name == self.origin, "a log speaks for no other one")
        if key.kind == 4 and signature:  # A witness also signs the time at which it saw the checkpoint.
            signed = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big") + self.text
            signature = signature[8:]
        return bool(signature) and key.public.verify(signature, signed) is None

    def check_inclusion(self, leaf: bytes, index: int, proof: list[str]) -> None:
        """That `leaf` stands at `index` of the tree (RFC 9162, 2.1.3.2)."""
        require(type(index) is int and 0 <= index < self.size, f"entry {index} is not in the tree")
        inner = (index ^ (self.size - 1)).bit_length()
        require(len(proof) == inner + (index >> inner).bit_count(), f"entry {index}: a proof of another length")
        computed = hashlib.sha256(b"\0" + leaf).digest()
        for height, sibling in enumerate(map(unhex, proof)):
            is_right = height >= inner or index >> height & 1
            computed = hashlib.sha256(b"\1" + (sibling + computed if is_right else computed + sibling)).digest()
        require(computed == self.root, f"entry {index} is not in the tree of the checkpoint")


def check_chain(chain: list[Any], anchors: list[Any], use: str, at: datetime) -> str:
    """That the first certificate is for `use` and leads over the others to an anchor, all valid at `at`; its name."""

    def issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
        try:
            subject.verify_directly_issued_by(issuer)
            usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
            constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return False
        valid = issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc
        return valid and usage.key_cert_sign and constraints.ca

    current = chain[0]
    uses = current.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    require(x509.ObjectIdentifier(use) in uses, "the certificate is for another use")
    require(current.not_valid_before_utc <= at <= current.not_valid_after_utc, f"no certificate valid at {at}")
    for _ in range(5):
        if anchor := next((one for one in anchors if issued(one, current)), None):
            return str(anchor.subject.rfc4514_string())
        current = next((one for one in chain if one != current and issued(one, current)), current)
    raise Failed("nobody in TRUST.json vouches for the certificate")


def der(content: bytes, *path: int) -> list[tuple[int, bytes, bytes]]:
    """The DER elements in `content`, or in what `path` leads to: each as tag, value and the whole of it."""
    found, place = [], 0
    while place < len(content):
        length, start = content[place + 1], place + 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(content[place + 2 : start], "big")
        require(start + length <= len(content), "DER that is cut short")
        found.append((content[place], content[start : start + length], content[place : start + length]))
        place = start + length
    return der(found[path[0]][1], *path[1:]) if path else found


def check_timestamp(reply: bytes, stamped: bytes, anchors: list[x509.Certificate]) -> datetime:
    """When an authority says that it saw `stamped`: a TimeStampResp (RFC 3161) with its token (RFC 5652)."""
    granted = len(reply) <= 2**16 and der(reply, 0, 0)[0][1] in (b"\0", b"\1")
    require(granted and der(reply, 0, 1)[0][1] == SIGNED_DATA, "the authority refused, or gave no signed time stamp")
    signed = der(reply, 0, 1, 1, 0)
    kind, wrapped = der(signed[2][1])
    statement = der(wrapped[1])[0][1]
    stated = der(statement, 0)
    algorithm, imprint = (one[1] for one in der(stated[2][1]))
    digest = DIGESTS[der(algorithm)[0][1]]
    require(imprint == hashlib.new(digest.name, stamped).digest(), "it is over something else")
    at = datetime.strptime(stated[4][1][:14].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    given = (one for tag, value, _ in signed[3:-1] if tag == 0xA0 for _, _, one in der(value))
    chain = list(map(x509.load_der_x509_certificate, given))
    signer = der(signed[-1][1], 0)
    digest, attributes = DIGESTS[der(signer[2][1])[0][1]], signer[3]
    values = {der(one)[0][1]: der(one, 1)[0][1] for _, one, _ in der(attributes[1])}
    require(kind[1] == TIME_STAMP == values[CONTENT_TYPE], "something else was signed")
    require(values[MESSAGE_DIGEST] == hashlib.new(digest.name, statement).digest(), "another time stamp was signed")
    covered, signature = b"\x31" + attributes[2][1:], signer[5][1]  # the attributes, under the tag of a set
    for certificate in chain:
        public: Any = certificate.public_key()
        method = (padding.PKCS1v15(), digest) if isinstance(public, rsa.RSAPublicKey) else (ec.ECDSA(digest),)
        try:
            public.verify(signature, covered, *method)
        except (InvalidSignature, TypeError, AttributeError):  # not this key's, or a key of another kind
            continue
        check_chain([certificate, *chain], anchors, TIME_STAMPING, at)
        return at
    raise Failed("no certificate in it made the signature")


def cbor(content: bytes, place: int = 0, depth: int = 0) -> tuple[Any, int]:
    """One CBOR item (RFC 8949; definite lengths, no floats, tags left off) and the place behind it."""
    major, value, place = content[place] >> 5, content[place] & 31, place + 1
    require(depth < 32 and value < 28, "CBOR of a kind that is not used here")
    if value >= 24:
        octets = 1 << (value - 24)
        value, place = int.from_bytes(content[place : place + octets], "big"), place + octets
    require(major in (0, 1, 6, 7) or place + value <= len(content), "CBOR that is cut short")
    if major in (2, 3):
        text, place = content[place : place + value], place + value
        return (text if major == 2 else text.decode()), place
    if major in (4, 5):
        items = []
        for _ in range(value * (major - 3)):
            item, place = cbor(content, place, depth + 1)
            items.append(item)
        return (items if major == 4 else dict(zip(items[::2], items[1::2], strict=True))), place
    if major == 6:
        return cbor(content, place, depth + 1)
    return {0: value, 1: -1 - value, 7: {20: False, 21: True}.get(value)}[major], place


def superboxes(content: bytes, label: str, found: dict[str, bytes]) -> dict[str, bytes]:
    """What stands in each labelled box (JUMBF) by its path; with a # behind the path, the CBOR in it."""
    place, above = 0, label
    while place < len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        require(8 <= size <= len(content) - place, "a box that does not fit")
        inner, place = content[place + 8 : place + size], place + size
        if kind == b"jumd":
            label = f"{above}/{inner[17:].split(bytes(1))[0].decode()}"
        elif kind == b"jumb":
            require(label != above, "a box without a description")
            superboxes(inner, label, found)
        if kind in (b"jumd", b"cbor"):
            name, value = (label, content) if kind == b"jumd" else (f"{label}#", inner)
            require(name not in found and name.count("/") < 8 and size <= 2**20, "boxes of another form than JUMBF")
            found[name] = value
    return found


def read_trust(content: bytes) -> SimpleNamespace:
    """Whom the reader of the report trusts: TRUST.json, which never comes from the bundle."""
    stated = json.loads(content)
    require(" ".join(sorted(stated)) == TRUST_MEMBERS and stated["v"] == 1, f"TRUST.json has {TRUST_MEMBERS}; v is 1")
    pems, vkeys = ("c2pa_anchors", "tsa_anchors"), ("logs", "witnesses", "statements")
    roots = {name: [x509.load_pem_x509_certificate(pem.encode()) for pem in stated[name]] for name in pems}
    keys = {name: {key.name: key for key in map(read_key, stated[name])} for name in vkeys}
    quorum, platform, most = stated["witness_quorum"], stated["platform_log"], len(keys["witnesses"])
    require(type(quorum) is int and bool(most) <= quorum <= most, "witness_quorum: these witnesses cannot reach it")
    return SimpleNamespace(**roots, **keys, quorum=quorum, platform=read_key(platform) if platform else None)


class Case(SimpleNamespace):
    """One bundle under examination, what its checks have found so far, and the lines of the report."""

    def ok(self, text: str, result: str = "ok") -> None:
        self.lines.append((result, text))

    def one(self, kind: str, **fields: str) -> Any:
        """The one entry of this kind and with these fields: none, or a second one, is a failure."""
        found = [one for one in self.entries if one.kind == kind and fields.items() <= one.fields.items()]
        require(len(found) == 1, f"{len(found)} entries {kind} where exactly one belongs")
        return found[0]

    def check_log(self) -> None:
        """That the log signed its checkpoint, and that every entry in the bundle stands under it."""
        note = self.note = Note(self.archive.read("log/checkpoint.txt"))
        key = self.trust.logs.get(note.origin)
        require(key and note.signed_by(key), f"no key in TRUST.json signed this checkpoint of {note.origin}")
        self.ok(f"Checkpoint: log {note.origin} had {note.size} entries, signed by its key in TRUST.json.")
        self.entries = []
        for item in read_json(self.archive.read("log/entries.json")):
            require(set(item) == {"index", "leaf", "opening", "proof"} and item["opening"] != [], "unknown form")
            note.check_inclusion(item["leaf"].encode(), item["index"], item["proof"])
            leaf, opened = read_json(item["leaf"].encode()), dict[str, str]()
            require(leaf["v"] in (1, 2), "an entry of an unknown version")
            for one in item["opening"] or ():  # commitment = HMAC(subject key, salt || what it is about)
                digits = hmac.digest(unhex(one["key"]), unhex(one["salt"]) + one["about"].encode(), "sha256").hex()
                fits = digits in item["leaf"] and digits > max(opened, default="") and len(one) == 3
                require(fits, "a false opening")
                opened[digits] = one["about"]
            stated = leaf["entry"] if leaf["v"] == 2 else leaf
            entry = SimpleNamespace(index=item["index"], kind=stated["type"], fields=stated["fields"], opened=opened)
            entry.about = opened.get(stated["subject"].partition(":")[2], stated["subject"])
            entry.counter, entry.stated = leaf.get("counter"), stated
            entry.at, entry.leaf = datetime.fromisoformat(stated["at"]), item["leaf"].encode()
            self.entries.append(entry)
        places, houses = [one.index for one in self.entries], {one.stated["organisation"] for one in self.entries}
        require(places == sorted(set(places)) and len(houses) == 1, "entries out of order, or of two logs")
        self.ok(f"Entries: all {len(places)} stand in that log, at places {places[0]} to {places[-1]}.")

    def check_other(self, checkpoint: str, proofs: list[list[str]]) -> None:
        """That all entries stand under another checkpoint of this log as well."""
        other = Note(checkpoint.encode())
        require(other.origin == self.note.origin, "it is about another log")
        for entry, proof in zip(self.entries, proofs, strict=True):
            other.check_inclusion(entry.leaf, entry.index, proof)

    def check_outside(self) -> None:
        """Who outside the house has seen these entries: witnesses, the platform's log, time-stamping authorities."""
        archive, trust, note, times = self.archive, self.trust, self.note, list[datetime]()
        seen = [name for name, key in trust.witnesses.items() if note.signed_by(key)]
        require(len(seen) >= trust.quorum, f"{len(seen)} witnesses signed where TRUST.json asks for {trust.quorum}")
        nobody = "TRUST.json names none; nobody else vouches that there is only one such log"
        told = f"{len(seen)} in TRUST.json saw this checkpoint: {', '.join(seen)}" if seen else nobody
        self.ok(f"Witnesses: {told}.", "ok" if seen else ABSENT)
        if "log/platform.json" in archive.members or trust.platform:
            stated = archive.json("log/platform.json", "index", "leaf", "proof", "proofs")
            above, leaf = Note(archive.read("log/platform-checkpoint.txt")), stated["leaf"].encode()
            require(trust.platform and above.signed_by(trust.platform), "not signed by TRUST.json's platform log")
            above.check_inclusion(leaf, stated["index"], stated["proof"])
            log, root, size = (read_json(leaf)[name] for name in ("log", "root", "size"))
            self.check_other(f"{log}\n{size}\n{base64.b64encode(unhex(root)).decode()}\n\n", stated["proofs"])
            self.ok(f"Platform log: its entry {stated['index']} is a checkpoint that covers all these entries.")
        else:
            self.ok("Platform log: TRUST.json names none and the bundle holds nothing from one.", ABSENT)
        for number, name in enumerate(archive.names("timestamps/{}.tsr"), start=1):
            stated, reply = archive.json(f"timestamps/{number}.json", "checkpoint", "proofs"), archive.read(name)
            self.check_other(stated["checkpoint"], stated["proofs"])
            if trust.tsa_anchors:
                times.append(check_timestamp(reply, stated["checkpoint"].encode(), trust.tsa_anchors))
        told = "not time-stamped by an authority in TRUST.json; all times are the house's own"
        told = f"an outside authority saw these entries on {min(times):%Y-%m-%d at %H:%M:%S} UTC" if times else told
        self.ok(f"Time: {told}.", "ok" if times else ABSENT)

    def check_story(self) -> None:
        """That the take was asked for, rendered, its signature announced and made, in this order and no other."""
        self.take = take = self.archive.json("take.json", *TAKE_MEMBERS)
        self.archive.read("trust/trust-list.json")  # for information alone
        signed = self.signed = self.one("provenance.asset.signed", **{name: take[name] for name in TAKE_MEMBERS[:4]})
        asked = self.asked = self.one("generation.take.requested", take=take["take"])
        intent = self.intent = self.one("provenance.signing.intended", take=take["take"], asset=take["asset"])
        begun = [one for one in self.entries if one.kind == "generation.render.started" and one.index < intent.index]
        renders = self.renders = [one for one in begun if one.fields["take"] == take["take"]]
        ordered = renders and asked.index < renders[0].index and intent.index < signed.index and str(take["v"]) == "1"
        same = all(one.about == f"take:{take['take']}" for one in (asked, *renders, intent, signed))
        require(ordered and same, "no render, steps in another order, about another take, or not opened")
        require(sha256(canonical(take["request"])) == asked.fields["request_sha256"], "another request was made")
        told = f"asked for (entry {asked.index}), rendered ({renders[-1].index}), announced ({intent.index})"
        self.ok(f"Story: take {take['take']} was {told} and signed ({signed.index}), in this order.")

    def check_credential(self) -> None:
        """The C2PA manifest store: who signed the claim, and that it says what was announced before."""
        store = self.archive.read("credential/manifest.c2pa")
        require(store[:8] == struct.pack(">I4s", min(len(store), 2**24), b"jumb"), "no manifest store")
        found = superboxes(store[8:], "", {})
        active = [path for path in found if path.count("/") == 2 and "#" not in path][-1]  # the last one added
        protected, _, payload, signature = cbor(found[f"{active}/c2pa.signature#"])[0]
        claimed, header = found[f"{active}/c2pa.claim.v2#"], cbor(protected)[0]
        require((header[1], payload, len(signature)) == (-7, None, 64), "a signature of another form than ES256")
        chain = [x509.load_der_x509_certificate(one) for one in header[33]]
        covered = b"\x84\x6aSignature1"  # RFC 9052, 4.4: what COSE signs, with byte strings of 256 to 65535 bytes
        for part in (protected, b"", claimed):
            covered += (b"\x59" + struct.pack(">H", len(part)) if part else b"\x40") + part
        halves = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        public: Any = chain[0].public_key()
        public.verify(utils.encode_dss_signature(*halves), covered, ec.ECDSA(hashes.SHA256()))
        anchor = check_chain(chain, self.trust.c2pa_anchors, CLAIM_SIGNING, self.signed.at)
        self.ok(f"Credential: signed by {chain[0].subject.rfc4514_string()}; {anchor} in TRUST.json vouches for it.")
        claim, label = cbor(claimed)[0], f"{active}/c2pa.assertions/"
        references = [*claim["created_assertions"], *claim.get("gathered_assertions", ())]
        named = {label + one["url"].rpartition("/")[2]: one["hash"] for one in references}
        inside = {path: content for path, content in found.items() if path.startswith(label)}
        there = {path: hashlib.sha256(inside[path]).digest() for path in inside if "#" not in path}
        require(named == there and claim["alg"] == "sha256", "its statements are not those that were signed")
        self.said = {path[len(label) : -1]: cbor(inside[path])[0] for path in inside if "#" in path}
        definition = read_json(self.archive.read("credential/definition.json"))
        announced = {one["label"]: one["data"] for one in definition["assertions"] if one["label"] in OWN_STATEMENTS}
        require(announced == {label: self.said[label] for label in OWN_STATEMENTS}, "announced and signed differ")
        labels = active[6:], definition["label"], announced[OWN_STATEMENTS[0]]["take"]
        require(labels == (self.take["manifest_id"],) * 2 + (self.take["take"],), "it is about another take")
        digests = sha256(canonical(definition)), chain[0].fingerprint(hashes.SHA256()).hex(), sha256(store)
        intent, logged = self.intent.fields, self.signed.fields.get("manifest_store_sha256", digests[2])
        said = intent["manifest_sha256"], intent["signer_certificate_sha256"], logged
        require(digests == said, "statements, signer or credential are not those in the log")
        self.ok(f"Statements: all {len(named)} in {active[6:]} are those signed, and announced in the log before.")
        if VIDEO in self.archive.members:
            require(self.archive.listed[VIDEO][1] == self.take["file_sha256"], "the video is not the signed file")
            begins = self.archive.members[VIDEO][: len(store) + BEFORE_CREDENTIAL]
            require(store in bytes(begins), "the video carries another credential")

    def check_decisions(self) -> None:
        """What was decided, on which facts, by which rules and model; that each step followed a permission."""
        archive, take, verdicts = self.archive, self.take, dict[str, Any]()
        for number, name in enumerate(archive.names("decision/{}.json"), start=1):
            content, facts = archive.read(name), archive.read(f"decision/{number}.facts.json")
            verdict = SimpleNamespace(**read_json(content), facts=read_json(facts))
            entry = self.one("licensing.use.decided", decision=verdict.decision)
            said, verdict.index = entry.fields, entry.index
            require(entry.about == f"decision:{verdict.decision}", f"{name}: an entry about another decision")
            require(said["facts_sha256"] == sha256(facts), f"{name}: it was decided on other facts")
            rules = list(dict.fromkeys(one["rule_id"] for one in verdict.reasons))
            stated = {**vars(verdict), "pack": verdict.edition, "rules": rules, "verdict_sha256": sha256(content)}
            require(all(said[one] == stated[one] for one in said.keys() & stated.keys()), f"{name}: not as logged")
            people = {f"performer:{one['person_id']}" for one in verdict.facts["subjects"]}
            meant = {entry.opened.get(one) for one in said.get("performers", ())}
            require(meant <= {None, *people}, f"{name}: the log means other performers")
            if None in meant:
                self.ok(f"Performers of decision {number}: not all opened; a key was erased or held back.", ABSENT)
            verdicts[verdict.decision] = verdict
            self.ok(f"Decision {number}: {verdict.outcome} ({', '.join(rules)}); facts as in entry {entry.index}.")
        packs = list(dict.fromkeys(one.pack_sha256 for one in verdicts.values()))
        texts = [sha256(archive.read(name)) for name in archive.names("rules/{}.json")]
        require(texts == [one for one in packs if one in texts], "rules that nothing was decided by")
        require((places := [one.index for one in verdicts.values()]) == sorted(places), "decisions in another order")
        if len(texts) < len(packs):
            self.ok(f"Rules: {len(packs) - len(texts)} text(s) that were decided by are not in the bundle.", ABSENT)
        agent = self.said["org.countersign.model"]
        weights = {one.fields["model_sha256"] for one in (self.asked, *self.renders)}
        named = agent.get("weights_sha256", agent.get("declaration_sha256"))
        require(weights == {named}, "log and credential name different models")
        if "model.json" in archive.members:
            model = archive.json("model.json", "card", "lock")
            card, text = model["lock"].get("MODEL_CARD.md"), model["card"]
            require(sha256(canonical(model["lock"])) in weights, "the lock is not that of the model that was used")
            require((card and card["sha256"]) == (text and sha256(text.encode())), "the card is not the model's")
            self.ok(f"Model: {agent['name']} {agent['version']}, {len(model['lock'])} files known by digest.")
        else:
            self.ok(f"Model: card and lock are not in the bundle, only the digest {weights.pop()}.", ABSENT)
        steps = [(one.index, one.fields["decision"]) for one in self.renders]
        steps.append((self.intent.index, take["decision"]))
        permits = [verdicts[one].outcome in PERMITTED and verdicts[one].index < place for place, one in steps]
        require(all(permits), "a render or the signature follows no decision that permits it")
        based = {self.asked.fields["decision"], *(decision for _, decision in steps)}
        require(set(verdicts) == based, "decisions that this take does not rest on")
        self.verdicts, self.final = verdicts, verdicts[take["decision"]]
        owed = archive.json("obligations.json", "decision", "duties")
        stated = {"decision": take["decision"], "duties": self.final.duties}
        require(canonical(owed) == canonical(stated), "other obligations than were decided")
        self.ok(f"Permission: each render and the signature follow one; {len(texts)} text(s) of rules in the bundle.")

    def check_consents(self) -> None:
        """The consents relied on: recorded before, not withdrawn before the signature, named by the credential."""
        signed, final, digests, places = self.signed, self.final, dict[str, str](), list[int]()
        for name in self.archive.names("consents/{}.json"):
            one = self.archive.json(name, "consent", "document_sha256", "salt", "terms_sha256")
            entry, salt = self.one("licensing.consent.recorded", consent=one["consent"]), unhex(one.pop("salt"))
            require(one.items() <= entry.fields.items(), f"{name}: the log holds other digests")
            if entry.about != f"consent:{one['consent']}":
                self.ok(f"Subject of entry {entry.index}: not opened; a key was erased or held back.", ABSENT)
            first = min(found.index for found in self.verdicts.values() if one["consent"] in found.consents)
            require(entry.index < first, f"{name}: recorded after it was relied on")
            digests[one["consent"]] = hmac.digest(salt, canonical(one), "sha256").hex()
            places.append(entry.index)
        relied = {one for found in self.verdicts.values() for one in found.consents}
        require(set(digests) == relied and places == sorted(places), "not the consents that were relied on")
        for one in self.entries:
            if one.kind == "licensing.consent.withdrawn" and one.fields["consent"] in relied:
                require(one.index > signed.index, f"one was withdrawn before the signature (entry {one.index})")
                self.ok(f"Withdrawal: consent {one.fields['consent']} was withdrawn after that, entry {one.index}.")
        stretch = {*range(final.index, signed.index + 1)}
        require(stretch <= {one.index for one in self.entries}, "entries before the signature are left out")
        open_then = [one for one in final.facts["consents"] if one["consent_id"] in final.consents]
        require(not any(one.get("withdrawn_at") for one in open_then), "decided on a consent that was withdrawn")
        named, salt = self.said[OWN_STATEMENTS[1]], unhex(self.take["decision_salt"])
        stated = {"decision": final.decision, "facts_sha256": final.facts_sha256, "outcome": final.outcome}
        require(named["decision"] == hmac.digest(salt, canonical(stated), "sha256").hex(), "another decision named")
        require(named["consents"] == sorted(digests[one] for one in final.consents), "it names other consents")
        rules = named["rule_pack"], named["rule_pack_sha256"], named["log_origin"]
        require(rules == (final.edition, final.pack_sha256, self.note.origin), "it names other rules, or another log")
        self.ok(f"Consents: {len(relied)} relied on, none withdrawn before the signature; the credential means them.")

    def check_statement(self) -> None:
        """Non-use: signed, announced in the log, and whatever could tell of a use is here and names somebody else."""
        note, entries = Note(self.archive.read("statement.txt"), rb"(.*)()()\n"), self.entries
        signers, said = list(filter(note.signed_by, self.trust.statements.values())), read_json(note.first)
        require(signers and " ".join(sorted(said)) == STATED, "no key of statements in TRUST.json signed it")
        one, size, digest = SimpleNamespace(**said), said["size"], sha256(note.text)
        issued = self.one("audit.statement.issued", statement=one.statement, statement_sha256=digest, size=size)
        counted = {entry.index: entry for entry in entries if entry.index < size}
        leaves = sha256(b"".join(hashlib.sha256(b"\0" + entry.leaf).digest() for entry in counted.values()))
        require((leaves, one.log, one.kind) == (one.leaves_sha256, self.note.origin, "non_use"), "on other entries")
        later = [entry.index for entry in entries[len(counted) :]]
        require(later == [*range(size, issued.index + 1)], "entries up to its own are missing")
        first, known = counted[one.begins], counted[one.known]
        since, until = map(datetime.fromisoformat, (one.since, one.until))
        whole = (first.index == 0 and first.kind != "audit.log.reopened") or first.at <= since
        whole = whole and all((entry.counter is None) == (entry.index < first.index) for entry in entries)
        require(whole and 0 in counted and since < until <= issued.at, "the period was not over, or is not counted")
        opened = known.fields["performer"], known.opened.get(one.commitment)
        require(opened == (one.commitment, f"performer:{one.performer}"), "the performer is not opened")
        self.ok(f"Statement: {one.statement}, signed by {signers[0].name}; entry {issued.index} told of it before.")
        self.ok(f"Performer: {one.performer} is {one.commitment} since entry {known.index}, {known.at:%Y-%m-%d}.")
        for kind, total, told in zip(USES, issued.fields["counters"], one.examined, strict=True):
            mine = kind, one.production
            found = {one.counter: one for one in entries if (one.kind, one.stated.get("production")) == mine}
            late = [number for number, entry in found.items() if entry.index >= size and entry.at >= until]
            require(late == [*range(total + 1, max(found, default=0) + 1)], f"{kind}: more of them, or late ones")
            low, high = told["first"], told["last"]
            require(told["type"] == kind and 1 <= low <= high + 1 <= total + 1, f"{kind}: numbers that cannot be")
            for entry in map(found.__getitem__, range(max(low - 1, 1), min(high + 1, total) + 1)):
                bounds = entry.at < since if entry.counter < low else entry.counter <= high or entry.at >= until
                touches = low <= entry.counter <= high and one.commitment in entry.fields["performers"]
                require(bounds and not touches, f"entry {entry.index} touches the performer, or is no bound")
            self.ok(f"Not touched: {high + 1 - low} of {total} {kind}, {one.since} to {one.until}.")


def examine(content: memoryview, trust: SimpleNamespace) -> list[tuple[str, str]]:
    """The report on the bundle in `content`. Whatever goes wrong in a check is a failure; none is ever skipped."""
    case = Case(lines=[], trust=trust, title="archive")
    try:
        archive = case.archive = Archive(content)
        require(sha256(archive.read("README.txt")) == README_SHA256, "README.txt is not the text that belongs there")
        case.ok(f"Archive: {len(archive.members)} members in the one canonical form, {len(content)} bytes.")
        for case.title in CHECKS[archive.kind].split():
            getattr(case, f"check_{case.title}")()
        unused, case.title = sorted(archive.members.keys() - archive.used), "whole"
        require(not unused, f"members that nothing refers to: {', '.join(unused)}")
        if VIDEO in archive.members:
            archive.check_content(VIDEO)
            case.ok("Video: the signed file, whole and with this credential inside.")
        elif archive.kind == "take":
            case.ok("Video: not in the bundle; take.json says the SHA-256 of the signed file.", ABSENT)
        case.ok(f"Whole: every member was checked. Made at {archive.made_at}, by the word of whoever made it.")
    except Exception as error:  # noqa: BLE001 - fails closed on all that malformed input can raise
        what = error if isinstance(error, Failed) else f"malformed or false ({type(error).__name__}: {error})"
        case.lines.append(("FAILED", f"{case.title.title()}: {str(what)[:300]}. Nothing after this was checked."))
    return list(case.lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an evidence bundle of Countersign, offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--trust", type=Path, required=True, help="TRUST.json, from somebody you trust")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    asked = parser.parse_args()
    try:
        trust = read_trust(asked.trust.read_bytes())
        with asked.bundle.open("rb") as stream:
            lines = examine(memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)), trust)
    except Exception as error:  # noqa: BLE001 - a file that is not there, empty, or no TRUST.json
        parser.error(f"cannot be used: {error}")
    failed = any(result == "FAILED" for result, _ in lines)
    if asked.json:
        checks = [{"result": result.replace(" ", "_").lower(), "text": text} for result, text in lines]
        print(json.dumps({"bundle": str(asked.bundle), "ok": not failed, "checks": checks}))
    else:
        verdict = "NOT PROVED: a check failed." if failed else "PROVED: everything that is present holds."
        print(*(f"{f'[{result}]':<14}{text}" for result, text in lines), verdict, sep="\n")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
