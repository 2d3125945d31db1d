"""What every test stands on: a folder of its own and a real PostgreSQL.

* `db` (pytest-django): inside a transaction that is rolled back, connected as the application's role.
* `committed_db`: real commits, every connection and process sees them; all rows are removed afterwards. For
  durable transactions, workers, live servers and whatever waits for the log (`transactional_db` is the same): the
  log's sequencer works beside it, unless a folder or module overrides the fixture `sequenced`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django
import hypothesis
import pytest

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from embedded.programs import RunningProgram
    from embedded.roles import Server

_RUN = "PYTEST_COUNTERSIGN_RUN"
_KEPT = frozenset(
    {
        "COUNTERSIGN_POSTGRES_BIN",
        "COUNTERSIGN_TORCH_THREADS",
        "COUNTERSIGN_TEST_DATABASE_URL",
        "COUNTERSIGN_TEST_BROKER_URL",
    }
)

# Before Django reads its settings: the developer's own data, database and broker are out of reach of any test.
for _name in [name for name in os.environ if name.startswith("COUNTERSIGN_") and name not in _KEPT]:
    del os.environ[_name]
os.environ.pop("DATABASE_URL", None)
os.environ.pop("CELERY_BROKER_URL", None)
_BEGAN_THE_RUN = _RUN not in os.environ
RUN_FOLDER = Path(os.environ.setdefault(_RUN, "") or tempfile.mkdtemp(prefix="countersign-test-"))
os.environ[_RUN] = str(RUN_FOLDER)
# The server may have to run as another account, which passes through and reads nothing.
RUN_FOLDER.chmod(0o711)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ["COUNTERSIGN_DATA"] = str(RUN_FOLDER / WORKER)
# WhiteNoise warns when its folder is missing, and here a warning is an error.
(RUN_FOLDER / WORKER / "static").mkdir(parents=True, exist_ok=True)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

# A loaded machine is slow now and then; that is no defect of the code under test.
hypothesis.settings.register_profile("countersign", deadline=None)
hypothesis.settings.load_profile("countersign")

_servers: list[RunningProgram] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--on-the-database",
        action="store_true",
        help="leave out what asks no database: its server changes nothing there",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # A worker takes a file at a time, in this order: a long one taken last would leave the others idle.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if not config.getoption("on_the_database"):
        return
    # A module may ask by its mark; then the fixture is found only when the test runs.
    asking: list[pytest.Item] = []
    resting: list[pytest.Item] = []
    for item in items:
        asks = item.get_closest_marker("django_db") or "django_db_setup" in getattr(item, "fixturenames", ())
        (asking if asks else resting).append(item)
    config.hook.pytest_deselected(items=resting)
    items[:] = asking


def pytest_configure() -> None:
    # pytest-django reads settings only as an option of its own, and that is before this file ran.
    django.setup()
    from audit import batches

    # The workers of a run share one server, so each would wait for what the others have open.
    batches.PATIENCE = timedelta(0)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the server where it outlives all workers: in the process that starts them."""
    if session.config.getoption("numprocesses", default=None) and not hasattr(session.config, "workerinput"):
        _start_server()


def pytest_unconfigure() -> None:
    if not _BEGAN_THE_RUN:
        return
    from tests import database

    if database.OUTSIDE_URL and (RUN_FOLDER / "template.lock").exists():
        database.drop_databases(database.TestRun(RUN_FOLDER))
    while _servers:
        _servers.pop().stop()
    shutil.rmtree(RUN_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Server, frozenset[str]]]:
    """This worker's database; in place of pytest-django's, which would make it as the application's role."""
    from tests import database

    run = database.TestRun(RUN_FOLDER)
    data_folder = RUN_FOLDER / WORKER
    if _BEGAN_THE_RUN and not _servers:
        _start_server()
    with django_db_blocker.unblock(), database.worker_database(run, WORKER, data_folder) as server:
        with database.administrator(server, data_folder) as connection:
            # Rows that migrations brought are part of the schema and stay.
            kept = database.filled_tables(connection)
        yield server, kept


@pytest.fixture(scope="session")
def sequencer_thread(django_db_setup: tuple[Server, frozenset[str]]) -> Iterator[None]:
    from tests.sequencing import SEQUENCER

    yield
    SEQUENCER.end()


@pytest.fixture(scope="session")
def signer_process(django_db_setup: tuple[Server, frozenset[str]]) -> Iterator[None]:
    """The log's signer of this worker, a program of its own as in production."""
    from tests.factories.signer import running_signer

    with running_signer():
        yield


@pytest.fixture
def sequenced() -> bool:
    """Whether the log's sequencer works beside a test of `committed_db`; False where tests drive it by hand."""
    return True


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest,
    django_db_setup: tuple[Server, frozenset[str]],
    django_db_blocker: DjangoDbBlocker,
    signer_process: None,
    sequencer_thread: None,
    sequenced: bool,  # noqa: FBT001 - a fixture
) -> Iterator[None]:
    from tests import database
    from tests.sequencing import SEQUENCER

    if "db" in request.fixturenames:
        pytest.fail("A test uses either db (rolled back) or committed_db (really committed).")
    server, kept = django_db_setup
    with (
        django_db_blocker.unblock(),
        database.emptied_afterwards(server, RUN_FOLDER / WORKER, kept=kept),
        SEQUENCER.working() if sequenced else nullcontext(),
    ):
        yield
    # What a killed worker was writing goes with its rows.
    for one in (RUN_FOLDER / WORKER / "media" / "tmp").glob("*"):
        shutil.rmtree(one) if one.is_dir() else one.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def committed_for_the_module(
    django_db_setup: tuple[Server, frozenset[str]],
    django_db_blocker: DjangoDbBlocker,
    signer_process: None,
    sequencer_thread: None,
) -> Iterator[None]:
    """As `committed_db`, for tests that look at one costly world and change nothing of it; in place of it."""
    from tests import database
    from tests.sequencing import SEQUENCER

    server, kept = django_db_setup
    with (
        django_db_blocker.unblock(),
        database.emptied_afterwards(server, RUN_FOLDER / WORKER, kept=kept),
        SEQUENCER.working(),
    ):
        yield


@pytest.fixture
def transactional_db(committed_db: None) -> None:
    """Committed rows: the application's role may not flush tables, so pytest-django's way would fail."""


def _start_server() -> None:
    from tests import database

    running = database.start_server(database.TestRun(RUN_FOLDER))
    if running is not None:
        _servers.append(running)
