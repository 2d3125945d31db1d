"""Which roles may do what with takes; what is permitted is decided by the rules."""

from accounts.values import Role

MAY_MAKE = (Role.PRODUCER, Role.ARTIST)
# A bundle opens commitments and tells the facts of decisions. It is for those who answer for a production.
MAY_EXPORT = (Role.PRODUCER, Role.LEGAL, Role.AUDITOR, Role.ADMIN)
# Whoever may take the log away may be told what it does not hold.
MAY_STATE_NON_USE = (Role.LEGAL, Role.UNION_REP, Role.AUDITOR, Role.ADMIN)
# Whoever makes takes does not deliver them alone: a producer or legal answers for what leaves the house.
MAY_DELIVER = (Role.PRODUCER, Role.LEGAL)
# Where recipients are reached is theirs and of those who deliver.
SEES_CONTACTS = (Role.PRODUCER, Role.LEGAL, Role.ADMIN, Role.AUDITOR)
# What is on file about a model, and which may be used, is for those who answer for the house.
MAY_STATE_MODELS = (Role.LEGAL, Role.ADMIN)
# Whether a production may use one is counsel's.
MAY_CLEAR_MODELS = (Role.LEGAL,)
# Calling back, and what may lawfully stay, are counsel's.
MAY_CALL_BACK = (Role.LEGAL,)
# Beside whoever it concerns. Counsel ends what somebody else disputed.
MAY_DISPUTE_ON_WORD = (Role.LEGAL, Role.UNION_REP)
MAY_END_DISPUTES = (Role.LEGAL,)
READS_DISPUTES = (Role.LEGAL, Role.UNION_REP, Role.ADMIN, Role.AUDITOR)
# A judgement of a finished file is counsel's; whoever delivers it, or answers for the house, may see it.
MAY_JUDGE_FILES = (Role.LEGAL,)
MAY_SEE_JUDGEMENTS = (Role.LEGAL, Role.PRODUCER, Role.AUDITOR, Role.ADMIN)
# What is demanded of screens is counsel's; whoever makes films or answers for them reads it.
MAY_KEEP_SCREENS = (Role.LEGAL,)
SEES_SCREENS = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.ADMIN, Role.AUDITOR)
# The graph tells what rests on whose consent. Whom it concerns from outside the making sees that part of it alone.
SEES_THE_WHOLE_GRAPH = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.AUDITOR, Role.ADMIN)
# Standing the queue still, and telling workers to finish, is for those who run the house's machines.
MAY_RUN_THE_QUEUE = (Role.ADMIN,)
# A sheet tells which likenesses a character is made with: whoever makes takes, and whoever reads custody.
SEES_SHEETS = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.ADMIN, Role.UNION_REP, Role.AUDITOR)
# How many takes of a production one person may have waiting is for those who answer for it, and for the machines.
MAY_CAP_TAKES = (Role.PRODUCER, Role.ADMIN)
# Those who wait for it, and those who run it, see the queue.
SEES_THE_QUEUE = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.AUDITOR, Role.ADMIN)
# What comes of it can show a person without anybody handing in a picture again: a producer answers for asking.
MAY_TRAIN = (Role.PRODUCER,)
# Beside who asks and who keeps custody, the union reads what is made of its members.
SEES_TRAININGS = (Role.PRODUCER, Role.LEGAL, Role.ADMIN, Role.AUDITOR, Role.UNION_REP)
