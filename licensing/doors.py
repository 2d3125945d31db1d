"""Who may do what with likenesses; every member of the organisation may look."""

from accounts.values import Role

MAY_REGISTER = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
# Not producers: whoever asks for takes does not also say that they were agreed to.
MAY_RECORD = (Role.LEGAL, Role.ADMIN)
# Legal records the withdrawal that a performer gave. A sign-in is not bound to a performer's record yet: whoever has
# a performer's, representative's or union's role would withdraw anybody's consent of the house.
MAY_WITHDRAW = (Role.LEGAL, Role.ADMIN)
MAY_ASK = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.ADMIN)
MAY_CONFIRM = (Role.LEGAL,)
MAY_CALL_A_STRIKE = (Role.UNION_REP, Role.LEGAL, Role.ADMIN)
SEES_EVERYBODY = (Role.LEGAL, Role.ADMIN)
