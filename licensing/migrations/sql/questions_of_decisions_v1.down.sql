DROP INDEX licensing_decision_question;
ALTER TABLE licensing_decision DROP COLUMN question;
