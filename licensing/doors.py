"""Who may do what with likenesses; every member of the organisation may look."""

from accounts.values import Role

MAY_REGISTER = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
# Not producers: whoever asks for takes does not also say that they were agreed to.
MAY_RECORD = (Role.LEGAL, Role.ADMIN)
MAY_WITHDRAW = (Role.PERFORMER, Role.REPRESENTATIVE, Role.UNION_REP, Role.LEGAL, Role.ADMIN)
MAY_ASK = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.ADMIN)
MAY_CONFIRM = (Role.LEGAL,)
MAY_CALL_A_STRIKE = (Role.UNION_REP, Role.LEGAL, Role.ADMIN)
SEES_EVERYBODY = (Role.LEGAL, Role.ADMIN)
