"""Names that stand in every rider's PDF, by which its parts are found again."""

STUDIO_FIELD = "StudioSignature"
PERFORMER_FIELD = "PerformerSignature"
TERMS_FILE = "countersign-terms.json"
TERMS_MARK = "countersign-terms-sha256="
