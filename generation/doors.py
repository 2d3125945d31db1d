"""Which roles may do what with takes; what is permitted is decided by the rules."""

from accounts.values import Role

MAY_MAKE = (Role.PRODUCER, Role.ARTIST)
