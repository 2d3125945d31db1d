"""Which roles may do what with media that productions work from."""

from accounts.values import Role

MAY_BRING_REFERENCES = (Role.PRODUCER, Role.ARTIST)
# They are a studio's own working material: not for those who look at it from outside.
MAY_SEE_REFERENCES = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.AUDITOR, Role.ADMIN)
