from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from time import time_ns

from core.ids import new_id


def test_an_id_is_a_version_7_uuid() -> None:
    for _ in range(100):
        made = new_id()

        assert made.version == 7
        assert str(made.variant) == "specified in RFC 4122"


def test_an_id_tells_when_it_was_made() -> None:
    before = time_ns() // 1_000_000
    made = new_id()
    after = time_ns() // 1_000_000

    assert before <= made.int >> 80 <= after


def test_ids_sort_by_the_millisecond_they_were_made_in() -> None:
    milliseconds = [new_id().int >> 80 for _ in range(2000)]

    assert all(one <= other for one, other in pairwise(milliseconds))


def test_no_two_are_the_same() -> None:
    with ThreadPoolExecutor(8) as makers:
        made = list(makers.map(lambda _: new_id(), range(20_000)))

    assert len(set(made)) == len(made)
