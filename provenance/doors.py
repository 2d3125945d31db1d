"""Which roles may do what with media that productions work from, and who looks at what signs."""

from accounts.values import Role

MAY_BRING_REFERENCES = (Role.PRODUCER, Role.ARTIST)
# They are a studio's own working material: not for those who look at it from outside.
MAY_SEE_REFERENCES = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.AUDITOR, Role.ADMIN)
# Nobody changes what signs by page or API: that is done at the machine, before two people.
READS_SIGNERS = (Role.ADMIN, Role.AUDITOR, Role.LEGAL)
