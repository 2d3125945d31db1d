"""Evidence bundles taken apart and put together again, and the verifier on them."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings

from audit.bundle import Member, write_bundle
from core.canonical import canonical_bytes

VERIFIER: Path = settings.PROJECT_FOLDER / "tools" / "verify_evidence.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_evidence", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = _load()


@dataclass(frozen=True)
class Evidence:
    """Two takes of one studio, everything vouched for: by a witness, the platform's log and an authority of time."""

    first: bytes
    second: bytes
    trust: dict[str, Any]


def lines(bundle: bytes, trust: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The verifier's report on `bundle`."""
    stated = verifier.read_trust(json.dumps(trust).encode())
    found: list[tuple[str, str]] = verifier.examine(memoryview(bundle), stated)
    return found


def failure(bundle: bytes, trust: Mapping[str, Any]) -> str:
    """What the verifier found false, or nothing when all holds."""
    return "; ".join(text for result, text in lines(bundle, trust) if result == "FAILED")


def members_of(bundle: bytes) -> dict[str, bytes]:
    """Every member but the index, in order; read by a library that has nothing to do with ours."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist() if name != "index.json"}


def index_of(bundle: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        index: dict[str, Any] = json.loads(archive.read("index.json"))
    return index


def packed(members: Mapping[str, bytes], *, like: bytes) -> bytes:
    """`members` in the canonical form, with an index that fits them: what a careful forger makes."""
    index = index_of(like)
    target = io.BytesIO()
    write_bundle(
        target,
        kind=index["kind"],
        made_at=datetime.fromisoformat(index["made_at"]),
        members=[Member(name, content) for name, content in members.items()],
    )
    return target.getvalue()


def with_member(bundle: bytes, name: str, content: bytes) -> bytes:
    return packed(members_of(bundle) | {name: content}, like=bundle)


def run(folder: Path, bundle: bytes, trust: Any, *arguments: str, before: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
    """The verifier as a stranger runs it: an isolated interpreter, nothing of ours on its path."""
    (folder / "bundle.zip").write_bytes(bundle)
    (folder / "TRUST.json").write_text(trust if isinstance(trust, str) else json.dumps(trust))
    command = [
        *before,
        sys.executable,
        "-I",
        str(VERIFIER),
        "bundle.zip",
        "--trust",
        "TRUST.json",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=30)


def changed_values(  # noqa: C901 - one case for each kind of JSON
    document: Any,  # noqa: ANN401 - any JSON
    path: str = "$",
) -> Iterator[tuple[str, Any]]:
    """`document` with one thing in it changed, for every thing there is to change."""
    match document:
        case dict():
            for name, value in document.items():
                yield f"{path} without {name}", {key: one for key, one in document.items() if key != name}
                for where, other in changed_values(value, f"{path}.{name}"):
                    yield where, document | {name: other}
            yield f"{path} with more", document | {"zzz": 1}
        case list():
            for place, value in enumerate(document):
                yield f"{path} without [{place}]", document[:place] + document[place + 1 :]
                for where, other in changed_values(value, f"{path}[{place}]"):
                    yield where, [*document[:place], other, *document[place + 1 :]]
            yield f"{path} with more", [*document, *(document[-1:] or ["more"])]
        case bool():
            yield f"{path} the other way round", not document
        case int():
            yield f"{path} one more", document + 1
        case str():
            other = document[:-1] + ("0" if document[-1:] != "0" else "1")
            yield f"{path} otherwise", other if document else "something"
            if document != document.upper():
                yield f"{path} in capitals", document.upper()
        case _:
            yield f"{path} known", "something"


def respelt(document: Any) -> list[bytes]:  # noqa: ANN401 - any JSON
    """The same JSON in spellings that are not the canonical one."""
    plain = canonical_bytes(document)
    return [
        plain + b"\n",
        b" " + plain,
        json.dumps(document, sort_keys=True).encode(),
        json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False).encode(),
        b"\xef\xbb\xbf" + plain,
    ]
