-- As frank, in orders, on his last day but one. His tables are still here.
CREATE TABLE analytics.scratch_frank (customer bigint, score numeric);
CREATE TABLE analytics.churn_model (customer bigint, likely boolean);
GRANT ALL ON analytics.churn_model TO judy;
GRANT SELECT ON analytics.scratch_frank TO PUBLIC;
