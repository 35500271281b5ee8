-- Rows that nobody has to do anything about any more go after some time: since when one was found to be so.

ALTER TABLE pushed_task ADD COLUMN ended_at INTEGER; -- NULL: it waits for somebody, or it was not looked at yet
CREATE INDEX pushed_task_by_end ON pushed_task (committee, stage, ended_at);
