-- Work that is taken up after a restart, or by another node, goes on in the trace it began in.

alter table work.task add column traceparent text;
alter table work.timer add column traceparent text;

comment on column work.task.traceparent is
  'W3C trace context of the command that asked for the attempt; null for none';
comment on column work.timer.traceparent is
  'W3C trace context of the command that asked for the timer; null for none';
