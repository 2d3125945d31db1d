"""Who may do what with likenesses; every member of the organisation may look."""

from accounts.values import Role

MAY_REGISTER = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
# Not producers: whoever asks for takes does not also say that they were agreed to.
MAY_RECORD = (Role.LEGAL, Role.ADMIN)
# Legal records the withdrawal that a performer gave. Performers withdraw themselves by notice, where a verified
# authority binds their sign-in to their record; a role alone says nothing about whose consent its holder may end.
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
# Offers hold whole terms; beside these only whoever acts for the performer reads them.
MAY_SEE_OFFERS = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
MAY_OFFER = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
MAY_GRANT_SIGHT = (Role.LEGAL, Role.ADMIN)
# Approvals and refusals are counsel's; a stand-in acts by delegation, see `licensing.operations.review_approvals`.
MAY_REVIEW = (Role.LEGAL,)
MAY_HOLD = (Role.LEGAL,)
SEES_HOLDS = (Role.LEGAL, Role.ADMIN, Role.AUDITOR)
# Pay is personal: beside these only who may sign for a performer sees what that performer is owed.
SEES_OWED = (Role.PRODUCER, Role.LEGAL, Role.ADMIN, Role.AUDITOR, Role.UNION_REP)
MAY_SERVE = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
MAY_WAIVE = (Role.LEGAL,)
MAY_ENTER_RATES = (Role.LEGAL, Role.ADMIN)
MAY_POST = (Role.LEGAL, Role.ADMIN)
MAY_ISSUE_STATEMENTS = (Role.LEGAL, Role.ADMIN)
# Whoever asks for takes does not also keep what the likenesses are made of.
MAY_KEEP_CUSTODY = (Role.LEGAL, Role.ADMIN)
# Beside whoever keeps it, the union reads what became of it (SAG-AFTRA 2026, section 39.H).
MAY_READ_CUSTODY = (Role.LEGAL, Role.ADMIN, Role.UNION_REP, Role.AUDITOR)
MAY_KEEP_SYNTHETIC_FILES = (Role.LEGAL, Role.ADMIN)
# Rules of the house: one hands them in, another one puts them in force.
MAY_STAGE_PACKS = (Role.LEGAL, Role.ADMIN)
# What is entered for reports because nothing else on record tells it.
MAY_KEEP_REPORT_RECORDS = (Role.LEGAL, Role.ADMIN)
READS_REPORT_RECORDS = (Role.LEGAL, Role.ADMIN, Role.AUDITOR, Role.UNION_REP, Role.PRODUCER)
# What the audience is told is counsel's word; whoever delivers says where it stands.
MAY_APPROVE_DISCLOSURES = (Role.LEGAL,)
MAY_PLACE_DISCLOSURES = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
# That no consent is needed is counsel's judgement. Beside it whoever answers for productions reads it.
MAY_SIGN_OFF = (Role.LEGAL,)
MAY_RECORD_BUYER_APPROVALS = (Role.LEGAL, Role.ADMIN)
SEES_SIGN_OFFS = (Role.PRODUCER, Role.LEGAL, Role.ADMIN, Role.AUDITOR)
# "What if" tells terms of consents and amounts of pay, of everybody: for those who answer for productions.
MAY_FORESEE = (Role.PRODUCER, Role.LEGAL, Role.ADMIN)
