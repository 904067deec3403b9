-- The key of a registration, a series and a message leads with the district: its bits from the 41st on are the line of
-- the pool that the district belongs to, as the key of a slot leads with its centre. What belongs to one of them leads
-- so too. Rows of before, and those of a district without a line, lead with 0.

ALTER SEQUENCE registration_id_seq MAXVALUE 1099511627775;
ALTER SEQUENCE series_id_seq MAXVALUE 1099511627775;
ALTER SEQUENCE outbox_id_seq MAXVALUE 1099511627775;

ALTER TABLE registration ADD CONSTRAINT registration_leads_with_line CHECK (id >> 40 BETWEEN 0 AND 4095);
ALTER TABLE series ADD CONSTRAINT series_leads_with_line CHECK (id >> 40 BETWEEN 0 AND 4095);
ALTER TABLE outbox ADD CONSTRAINT outbox_leads_with_line CHECK (id >> 40 BETWEEN 0 AND 4095);

-- Which line a registration's district leads to.
CREATE INDEX line_district_of ON line_district (district, line_no);
