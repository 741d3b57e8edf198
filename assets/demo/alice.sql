-- As alice, in orders: with her ADMIN OPTION, and with her grant option.
GRANT app_readwrite TO heidi;
GRANT TRUNCATE ON shop.inventory TO ivan;
