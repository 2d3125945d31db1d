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
# Whoever asks for takes neither writes the rider nor binds the studio by it.
MAY_PREPARE_RIDERS = (Role.LEGAL, Role.ADMIN)
MAY_SIGN_FOR_STUDIO = (Role.LEGAL, Role.ADMIN)
MAY_VERIFY_AUTHORITY = (Role.LEGAL, Role.ADMIN)
MAY_TRANSCRIBE = (Role.LEGAL, Role.ADMIN)
# Receipts and policies hold the whole terms; beside these only whoever may sign for the performer holds them.
MAY_HOLD_RECEIPTS = (Role.LEGAL, Role.ADMIN)
