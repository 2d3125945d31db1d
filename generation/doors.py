"""Which roles may do what with takes; what is permitted is decided by the rules."""

from accounts.values import Role

MAY_MAKE = (Role.PRODUCER, Role.ARTIST)
# A bundle opens commitments and tells the facts of decisions. It is for those who answer for a production.
MAY_EXPORT = (Role.PRODUCER, Role.LEGAL, Role.AUDITOR, Role.ADMIN)
# Whoever may take the log away may be told what it does not hold.
MAY_STATE_NON_USE = (Role.LEGAL, Role.UNION_REP, Role.AUDITOR, Role.ADMIN)
