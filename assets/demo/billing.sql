-- As dba_master, in orders.
SET ROLE billing_owner;
GRANT USAGE ON SCHEMA billing TO billing_readonly;

-- A mistake: it was meant for one schema's lookup tables, and opens every table billing_owner will ever make.
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;

CREATE SEQUENCE billing.invoice_number START 10001;
GRANT USAGE ON SEQUENCE billing.invoice_number TO billing_readwrite;
GRANT SELECT ON SEQUENCE billing.invoice_number TO billing_readonly;

CREATE TABLE billing.invoices (
    number bigint PRIMARY KEY DEFAULT nextval('billing.invoice_number'),
    "order" bigint NOT NULL REFERENCES shop.orders,
    region text NOT NULL,
    amount numeric(12, 2) NOT NULL,
    issued date NOT NULL DEFAULT current_date
);
CREATE TABLE billing.payments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice bigint NOT NULL REFERENCES billing.invoices,
    card_token text NOT NULL,
    card_last4 text NOT NULL,
    paid timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE billing.tax_rates (country text PRIMARY KEY, rate numeric(5, 4) NOT NULL);
INSERT INTO billing.tax_rates VALUES ('DE', 0.19), ('FR', 0.20), ('IT', 0.22);
INSERT INTO billing.invoices ("order", region, amount)
    SELECT id, CASE id % 2 WHEN 0 THEN 'north' ELSE 'south' END, id * 10 FROM shop.orders;

-- The first two were closed again by hand when somebody noticed.
REVOKE SELECT ON billing.invoices, billing.payments FROM PUBLIC;
GRANT SELECT ON billing.invoices, billing.tax_rates TO billing_readonly;
GRANT SELECT (id, invoice, card_last4, paid) ON billing.payments TO billing_readonly;
GRANT INSERT, UPDATE ON billing.invoices, billing.payments TO billing_readwrite;
GRANT SELECT ON billing.payments TO svc_payments;
GRANT USAGE ON SCHEMA billing TO support;
GRANT SELECT (invoice, card_last4) ON billing.payments TO support;

-- Regions see their own invoices, the team all of them.
ALTER TABLE billing.invoices ENABLE ROW LEVEL SECURITY;
CREATE POLICY team ON billing.invoices TO team_billing USING (true);
CREATE POLICY services ON billing.invoices TO svc_payments, svc_etl USING (true) WITH CHECK (amount >= 0);
CREATE POLICY region ON billing.invoices FOR SELECT TO finance
    USING (region = current_setting('company.region', true));

CREATE FUNCTION billing.outstanding(region text) RETURNS numeric
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = billing, pg_temp
    AS $$ SELECT coalesce(sum(amount), 0) FROM billing.invoices AS i WHERE i.region = $1 $$;
REVOKE EXECUTE ON FUNCTION billing.outstanding(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION billing.outstanding(text) TO finance;
RESET ROLE;
