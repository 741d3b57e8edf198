-- As carol, in orders: what she may grant as the lead of analytics, she granted.
GRANT SELECT ON shop.orders TO svc_reporting, bi_reader;
GRANT SELECT ON shop.order_items TO svc_reporting;
