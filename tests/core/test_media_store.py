import errno
import hashlib
import os
from pathlib import Path

import pytest

from core.errors import DiskFull
from core.media_store import MediaStore, disk_errors


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def keep(store: MediaStore, content: bytes) -> str:
    with store.temporary(".mp4") as draft:
        draft.write_bytes(content)
        return store.keep(draft, suffix=".mp4").key


def test_a_kept_file_lies_where_its_digest_says(store: MediaStore) -> None:
    digest = hashlib.sha256(b"frames").hexdigest()

    with store.temporary(".mp4") as draft:
        draft.write_bytes(b"frames")
        kept = store.keep(draft, suffix=".mp4")

    assert kept.key == f"{digest[:2]}/{digest}.mp4"
    assert (kept.sha256_hex, kept.size_bytes) == (digest, 6)
    assert store.path(kept.key).read_bytes() == b"frames"


def test_the_same_content_is_one_file(store: MediaStore) -> None:
    assert keep(store, b"frames") == keep(store, b"frames")
    assert sum(path.is_file() for path in store.root.rglob("*")) == 1


def test_work_in_progress_leaves_nothing_behind(store: MediaStore) -> None:
    def fail_half_way() -> None:
        with store.temporary(".mp4") as draft:
            draft.write_bytes(b"half a ")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_a_draft_lies_on_the_volume_it_will_be_renamed_on(store: MediaStore) -> None:
    with store.temporary(".mp4") as draft:
        assert draft.is_relative_to(store.root)
        assert draft.suffix == ".mp4"


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "a/../../secret", ".."])
def test_a_key_never_leads_outside(store: MediaStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a key of this store"):
        store.path(key)


def test_a_link_does_not_lead_outside_either(store: MediaStore, tmp_path: Path) -> None:
    store.root.mkdir()
    (store.root / "aa").symlink_to(tmp_path)

    with pytest.raises(ValueError, match="not a key of this store"):
        store.path("aa/secret")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_volume_is_called_that(number: int) -> None:
    with pytest.raises(DiskFull, match="Free some space"), disk_errors():
        raise OSError(number, os.strerror(number))


def test_other_errors_of_the_volume_keep_their_name() -> None:
    with pytest.raises(PermissionError), disk_errors():
        raise PermissionError(errno.EACCES, "denied")


def test_a_write_to_a_full_device_is_told_as_such() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")

    with pytest.raises(DiskFull), disk_errors(), full.open("wb", buffering=0) as stream:
        stream.write(b"x")
