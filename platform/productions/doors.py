"""Who may shape productions; every member of the organisation may look."""

from accounts.values import Role

MAY_OPEN = (Role.PRODUCER, Role.ADMIN)
# Whoever asks for takes does not also say what their rules are chosen by.
MAY_CORRECT = (Role.LEGAL, Role.ADMIN)
MAY_SHAPE = (Role.PRODUCER, Role.ARTIST, Role.ADMIN)
