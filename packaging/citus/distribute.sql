-- Spreads dran's tables over the workers of a Citus cluster. Run once, as the owner of the tables, on the coordinator,
-- after `dran init` and before the first campaign. Not needed below many millions of people a day: docs/scale.md.
--
-- A test of the store compares this file with the schema: every table is named here or stays on the coordinator, every
-- unique key contains the column that spreads its table, and no foreign key leaves a server.

-- On every server: few rows, and read with nearly everything else.
SELECT create_reference_table('centre');
SELECT create_reference_table('campaign');
SELECT create_reference_table('campaign_centre');
SELECT create_reference_table('campaign_group');
SELECT create_reference_table('line');
SELECT create_reference_table('line_centre');
SELECT create_reference_table('line_district');
SELECT create_reference_table('line_forecast');
SELECT create_reference_table('delivery');
SELECT create_reference_table('message_kind');

-- By centre: a slot's number begins with its centre's.
SELECT create_distributed_table('series_slot', 'centre_no');
SELECT create_distributed_table('dose_allocation', 'slot');

-- By line, which is that of one pool: its districts and their centres.
SELECT create_distributed_table('permit', 'line_no');
SELECT create_distributed_table('hold', 'line_no', colocate_with => 'permit');
SELECT create_distributed_table('hold_place', 'line_no', colocate_with => 'permit');
SELECT create_distributed_table('booking', 'line_no', colocate_with => 'permit');
SELECT create_distributed_table('ticket_contact', 'line_no', colocate_with => 'permit');
SELECT create_distributed_table('place', 'line_no', colocate_with => 'permit');
SELECT create_distributed_table('ticket_place', 'line_no', colocate_with => 'permit');

-- By the registration, the series and the message that a row is or belongs to.
SELECT create_distributed_table('registration', 'id');
SELECT create_distributed_table('registration_person', 'registration', colocate_with => 'registration');
SELECT create_distributed_table('series', 'id');
SELECT create_distributed_table('appointment', 'series', colocate_with => 'series');
SELECT create_distributed_table('series_move', 'series', colocate_with => 'series');
SELECT create_distributed_table('outbox', 'id');
SELECT create_distributed_table('outbox_series', 'message', colocate_with => 'outbox');

-- What is unique among all series is the key of a table of its own, so that one server can say no.
SELECT create_distributed_table('series_code', 'booking_code');
SELECT create_distributed_table('series_person', 'person_key');

-- All others stay on the coordinator: chains and single rows that are written in order (account, audit_log, leadership,
-- tally, day_minute), what concerns staff, operators and the phone, and the history of the schema.
