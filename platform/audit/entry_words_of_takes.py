"""What types of entry about takes, signed files and deliveries are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping

from audit.entry_types import EntryType
from audit.type_words import TypeWords

WORDS_OF_TAKES: Mapping[EntryType, TypeWords] = {
    EntryType.MODEL_APPROVED: TypeWords(
        "A model was approved", "Takes may be made with exactly these weights, known by their digest."
    ),
    EntryType.MODEL_CLEARED: TypeWords(
        "Legal cleared a model, or took that back",
        "It may be used for the production named, or where none is named for every one, or no longer. Each use is "
        "decided for itself all the same.",
    ),
    EntryType.TAKE_REQUESTED: TypeWords(
        "A take was asked for",
        "The request had been allowed by the decision named. Nothing was rendered yet.",
    ),
    EntryType.TAKE_REFUSED: TypeWords(
        "A take was refused", "The decision named says why. Nothing was rendered after it."
    ),
    EntryType.RENDER_STARTED: TypeWords(
        "A render began", "It was decided again just before; the digest names the weights that were loaded."
    ),
    EntryType.HOSTED_SENT: TypeWords(
        "A request was sent to a service that runs a model",
        "Written before it left. The digests name what was sent and what is declared of the service.",
    ),
    EntryType.HOSTED_ENDED: TypeWords(
        "A service's work on a take ended",
        "Where a film came, its digest names it as it was sent. It is kept.",
    ),
    EntryType.TAKE_FAILED: TypeWords(
        "A take failed", "The render or what follows it broke off. No file was signed."
    ),
    EntryType.TAKE_CANCELLED: TypeWords("A take was cancelled", "A person or a withdrawal stopped it."),
    EntryType.TAKE_RESUMED: TypeWords(
        "A take in review went on", "It was asked for again and permitted; the decision named says why."
    ),
    EntryType.TAKE_PRIORITISED: TypeWords(
        "A waiting take became more or less urgent",
        "What it is changes when it is rendered, and nothing else.",
    ),
    EntryType.QUEUE_PAUSED: TypeWords(
        "Takes were made to wait", "No take is taken up by a worker from then on. What renders is finished."
    ),
    EntryType.QUEUE_RESUMED: TypeWords("Waiting takes went on", "Workers take them up again."),
    EntryType.TAKES_CAPPED: TypeWords(
        "A production's cap on takes was set",
        "So many takes one person may have waiting or in work for it; without a number it has no cap of its own.",
    ),
    EntryType.PUT_ON_SHEET: TypeWords(
        "A likeness in custody was put on a character sheet",
        "Takes of the character may begin with it from then on. Nobody got access to it by that.",
    ),
    EntryType.TAKEN_OFF_SHEET: TypeWords(
        "A likeness in custody was taken off a character sheet",
        "No take begins with it any more. It stays in custody, and takes that were asked for with it keep it.",
    ),
    EntryType.WORKER_DRAINED: TypeWords(
        "A worker was told to take up nothing new", "It finishes what it has, so that it can be stopped."
    ),
    EntryType.WORKER_RESTORED: TypeWords("A worker was told to take up work again", "It had been drained."),
    EntryType.TAKE_RETRIED: TypeWords(
        "A failed take was tried again", "It is decided anew before it renders."
    ),
    EntryType.FRAMES_KEPT: TypeWords(
        "The frames of a take were kept",
        "The model's own frames lie on the media volume without loss, for masters; the digest names them.",
    ),
    EntryType.MASTER_REQUESTED: TypeWords(
        "A master of a take was asked for",
        "The rules had been asked again and allowed it by the decision named. Nothing was encoded yet.",
    ),
    EntryType.MASTER_ENDED: TypeWords(
        "A master came to nothing",
        "It failed, somebody cancelled it, or the rules no longer allowed it. No file was signed.",
    ),
    EntryType.TRAINING_REQUESTED: TypeWords(
        "The training of an adapter on a likeness was asked for",
        "The rules had been asked, with the answer that the decision named gives. The digests name the request and "
        "the weights it is to adapt. Nothing of the performer's was opened.",
    ),
    EntryType.TRAINING_STARTED: TypeWords(
        "A worker began to train an adapter",
        "The rules had been asked again and allowed it by the decision named. What it is trained on is released "
        "after this, each by an entry of its own.",
    ),
    EntryType.TRAINING_ENDED: TypeWords(
        "The training of an adapter ended",
        "Done: the adapter was sealed and taken into custody as the material named, whose digest is of the weights. "
        "Otherwise nothing was kept of it.",
    ),
    EntryType.CONTRIBUTION_RECORDED: TypeWords(
        "A person's contribution was recorded",
        "Somebody wrote, chose, changed, judged or arranged something of a work. Where it names an earlier act, that "
        "one counts no longer.",
    ),
    EntryType.SIGNING_INTENDED: TypeWords(
        "A file was about to be signed",
        "Written before the signature, so that a signature without this entry shows. The digests name file and "
        "statement.",
    ),
    EntryType.ASSET_SIGNED: TypeWords(
        "A file was signed", "The finished file bears a credential; its digest names it to the last bit."
    ),
    EntryType.REFERENCE_INTENDED: TypeWords(
        "A reference was about to be signed",
        "A file came without a credential. This was written before it got one of ours.",
    ),
    EntryType.REFERENCE_RECEIVED: TypeWords(
        "A reference was taken in",
        "A picture, film or sound that a production works from is kept, with the credential it bore or with ours.",
    ),
    EntryType.REFERENCE_REFUSED: TypeWords(
        "A reference was refused",
        "The file was changed after it was signed, so it was not kept and nothing was made from it.",
    ),
    EntryType.CREDENTIAL_UPDATED: TypeWords(
        "A file's credential was added to",
        "A copy of the file bears one manifest more, which says what happened to it. Its content and the manifests "
        "before stay as they were.",
    ),
    EntryType.DERIVATIVE_SIGNED: TypeWords(
        "A file made from a take was signed",
        "The same pictures in another coding, such as a master for grading, bear a credential whose parent is the "
        "take's own file.",
    ),
    EntryType.ASSET_DELIVERED: TypeWords(
        "A file was delivered", "The finished file was given out after a decision for its recipient."
    ),
    EntryType.DELIVERY_INTENDED: TypeWords(
        "A file was about to be delivered",
        "Written before anybody could have it. The decision named was made for exactly this recipient and use.",
    ),
    EntryType.DELIVERY_RECALLED: TypeWords(
        "A delivery was recalled",
        "What it rested on was withdrawn, or the studio took it back. The withdrawal recalled it at once, also where "
        "this was written down later.",
    ),
    EntryType.RECALL_NOTIFIED: TypeWords(
        "A recipient was told of a recall",
        "By the word of whoever sent the notice. The digest names the proof of sending where there is one.",
    ),
    EntryType.RECALL_ACKNOWLEDGED: TypeWords(
        "A recall was acknowledged",
        "The recipient has taken note. It says nothing of what they did about it.",
    ),
    EntryType.RETENTION_STATED: TypeWords(
        "Counsel said what may stay after a recall",
        "The digest names the words. They are counsel's and no finding of this product.",
    ),
    EntryType.LINK_ISSUED: TypeWords(
        "A link for a recipient was issued",
        "Whoever holds it has one delivery, and nothing else, until it ends.",
    ),
    EntryType.LINK_REVOKED: TypeWords(
        "A link for a recipient was revoked", "From this place on it opens nothing."
    ),
    EntryType.DISPUTE_OPENED: TypeWords(
        "A take was disputed",
        "Somebody concerned, or legal or the union on their word, says that it was not agreed to. Whoever verifies "
        "the file is told so until it is settled.",
    ),
    EntryType.DISPUTE_ENDED: TypeWords(
        "A dispute of a take ended", "The outcome named is the word of counsel, or of who had disputed it."
    ),
    EntryType.KEY_REGISTERED: TypeWords(
        "A key was registered",
        "It was made, or found in its store, before two people, for the one purpose named. It signs nothing before a "
        "certificate is put to it; a key for lists signs from here on.",
    ),
    EntryType.SIGNER_INSTALLED: TypeWords(
        "A signer was installed",
        "A certificate was put to a registered key. What is signed here bears it from its first day on.",
    ),
    EntryType.SIGNER_RETIRED: TypeWords(
        "A signer was retired",
        "It signs no more. What it signed stays as it was; after a compromise only what is proven older counts.",
    ),
    EntryType.ROOT_REMOVED: TypeWords(
        "A root was taken off the trust list",
        "Signers under it are trusted no more. The root stays on the list with the day on which it was removed.",
    ),
    EntryType.SIDECAR_SIGNED: TypeWords(
        "A credential beside a file was signed",
        "Whoever asked for it answers for it that the file shows the film of the signed one named.",
    ),
    EntryType.FILE_SCREENED: TypeWords(
        "Screens looked at a file",
        "What each of them said is known by its digest. What no screen could evaluate is told as not evaluated.",
    ),
    EntryType.PICTURE_PROTECTED: TypeWords(
        "A protected picture was put on the register",
        "Films are searched for it from now on. It is known here by its digest alone.",
    ),
    EntryType.PICTURE_RELEASED: TypeWords(
        "A protected picture was taken off the register", "Films are not searched for it any more."
    ),
    EntryType.SCREEN_POLICY_STATED: TypeWords(
        "The house said what it demands of a screen",
        "From here on files are held to it at the step named. What was said before counts no longer.",
    ),
    EntryType.COMPARISON_RELEASED: TypeWords(
        "A performer allowed that faces are compared with theirs, or took that back",
        "By a written release known by its digest. To be rendered is another permission.",
    ),
    EntryType.CUSTODY_COMPARED: TypeWords(
        "A picture in custody was opened to compare faces with it",
        "For one look at one file, in memory alone. Nothing was made from it.",
    ),
    EntryType.INPUT_ATTESTED: TypeWords(
        "A person answered for a reference",
        "Handed in, or in custody: it was looked at in view of what the screens had said of it, and may be used.",
    ),
    EntryType.IDENTITY_INSTALLED: TypeWords(
        "An identity of the organisation was installed",
        "From the time named on the organisation stands behind its files by a key of its own.",
    ),
    EntryType.IDENTITY_RETIRED: TypeWords(
        "An identity of the organisation was retired",
        "It signs no more. What it signed stays as it was signed.",
    ),
}
