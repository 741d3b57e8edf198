-- Before 16 a membership's grantor may be dropped.
GRANT g1 TO goes WITH ADMIN OPTION;
SET ROLE goes; GRANT g1 TO "123"; RESET ROLE;
DROP ROLE goes;
