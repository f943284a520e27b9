-- What a file held that Offhook wrote before it had the indexes of `place.py`.
BEGIN TRANSACTION;
CREATE TABLE entries (
        index_name TEXT NOT NULL,
        index_partition TEXT NOT NULL,
        index_sort TEXT NOT NULL,
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        PRIMARY KEY (index_name, index_partition, index_sort, partition, sort),
        FOREIGN KEY (partition, sort) REFERENCES items (partition, sort) ON DELETE CASCADE
    ) WITHOUT ROWID;
INSERT INTO "entries" VALUES('listing','CONTACT','anna#c1','CONTACT#c1','CONTACT');
INSERT INTO "entries" VALUES('listing','DEVICE','001565000002','DEVICE#001565000002','DEVICE');
INSERT INTO "entries" VALUES('listing','DEVICE','805ec0000001','DEVICE#805ec0000001','DEVICE');
INSERT INTO "entries" VALUES('listing','DEVICE','805ec0000003','DEVICE#805ec0000003','DEVICE');
INSERT INTO "entries" VALUES('listing','EXTENSION','04#1001','EXTENSION#1001','EXTENSION');
INSERT INTO "entries" VALUES('listing','EXTENSION','03#201','EXTENSION#201','EXTENSION');
INSERT INTO "entries" VALUES('listing','SITE','berlin','SITE#berlin','SITE');
INSERT INTO "entries" VALUES('listing','TOKEN','2026-11-20T12:00:00.000+00:00#dddddddddddd','TOKEN#dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','TOKEN');
CREATE TABLE items (
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        revision TEXT NOT NULL,
        body TEXT NOT NULL,
        expires_at INTEGER,
        PRIMARY KEY (partition, sort)
    ) WITHOUT ROWID;
INSERT INTO "items" VALUES('CONTACT#c1','CONTACT','0000000000000014','{"created_at":"2026-11-20T12:00:00.000+00:00","id":"c1","name":"Anna","numbers":["1001"],"site":"berlin","updated_at":"2026-11-20T12:00:00.000+00:00"}',NULL);
INSERT INTO "items" VALUES('DEVICE#001565000002','ACCESS','0000000000000009','{"armed_left":12,"armed_until":"2026-11-21T12:00:00.000+00:00","awaited":true,"disabled":false,"generation":1795176000,"oldest":1795176000}',NULL);
INSERT INTO "items" VALUES('DEVICE#001565000002','DEVICE','000000000000000a','{"created_at":"2026-11-20T12:00:00.000+00:00","keys":[],"lines":[{"extension_number":"201"}],"mac":"001565000002","model":"33g","origin":"api","settings":{},"site":"berlin","updated_at":"2026-11-20T12:00:00.000+00:00","vendor":"zip"}',NULL);
INSERT INTO "items" VALUES('DEVICE#001565000002','LINE#1','000000000000000b','{"name":"Ärztin","number":"201","password":"pw-201","position":1}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000001','ACCESS','0000000000000004','{"armed_left":12,"armed_until":"2026-11-21T12:00:00.000+00:00","awaited":true,"disabled":false,"generation":1795176000,"oldest":1795176000}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000001','DEVICE','0000000000000005','{"created_at":"2026-11-20T12:00:00.000+00:00","keys":[],"lines":[{"extension_number":"1001"},{"name":"Own","password":"own","user":"line2"}],"mac":"805ec0000001","model":"t46s","origin":"api","settings":{},"site":"default","updated_at":"2026-11-20T12:00:00.000+00:00","vendor":"yealink"}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000001','FETCH','0000000000000008','{"address":"192.0.2.7","at":"2026-11-20T12:00:00.000+00:00","device_created_at":"2026-11-20T12:00:00.000+00:00","etag":"00000000000000000000000000000000","file":"805ec0000001.cfg","user_agent":"Yealink SIP-T46S 66.86.0.15","version":"66.86.0.15"}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000001','LINE#1','0000000000000006','{"name":"Reception","number":"1001","password":"pw-1001","position":1}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000003','ACCESS','000000000000000d','{"armed_left":12,"armed_until":"2026-11-21T12:00:00.000+00:00","awaited":true,"disabled":false,"generation":1795176000,"oldest":1795176000}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000003','DEVICE','000000000000000e','{"created_at":"2026-11-20T12:00:00.000+00:00","keys":[],"lines":[{"extension_number":"201"},{"extension_number":"1001"}],"mac":"805ec0000003","model":"t46s","origin":"api","settings":{},"site":"berlin","updated_at":"2026-11-20T12:00:00.000+00:00","vendor":"yealink"}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000003','FETCH','0000000000000013','{"address":"192.0.2.7","at":"2026-11-17T12:00:00.000+00:00","device_created_at":"2026-11-20T12:00:00.000+00:00","etag":"00000000000000000000000000000000","file":"805ec0000003.cfg","user_agent":"Yealink SIP-T46S 66.86.0.15","version":"66.86.0.15"}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000003','LINE#1','0000000000000010','{"name":"Ärztin","number":"201","password":"pw-201","position":1}',NULL);
INSERT INTO "items" VALUES('DEVICE#805ec0000003','LINE#2','000000000000000f','{"name":"Reception","number":"1001","password":"pw-1001","position":2}',NULL);
INSERT INTO "items" VALUES('EXTENSION#1001','EXTENSION','0000000000000002','{"created_at":"2026-11-20T12:00:00.000+00:00","name":"Reception","number":"1001","origin":"api","password":"pw-1001","site":"default","updated_at":"2026-11-20T12:00:00.000+00:00"}',NULL);
INSERT INTO "items" VALUES('EXTENSION#1001','PLACEMENTS','0000000000000011','{"lines":[["805ec0000001",1],["805ec0000003",2]]}',NULL);
INSERT INTO "items" VALUES('EXTENSION#201','EXTENSION','0000000000000003','{"created_at":"2026-11-20T12:00:00.000+00:00","name":"Ärztin","number":"201","origin":"api","password":"pw-201","site":"berlin","updated_at":"2026-11-20T12:00:00.000+00:00"}',NULL);
INSERT INTO "items" VALUES('EXTENSION#201','PLACEMENTS','0000000000000012','{"lines":[["001565000002",1],["805ec0000003",1]]}',NULL);
INSERT INTO "items" VALUES('SITE#berlin','SITE','0000000000000001','{"access":null,"created_at":"2026-11-20T12:00:00.000+00:00","key_generation":1,"label":"Berlin","name":"berlin","updated_at":"2026-11-20T12:00:00.000+00:00"}',NULL);
INSERT INTO "items" VALUES('TOKEN#dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','TOKEN','0000000000000015','{"created_at":"2026-11-20T12:00:00.000+00:00","digest":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","expires_at":null,"last_used_at":null,"name":"cli","reveals":false,"role":"viewer","site":"berlin"}',NULL);
CREATE INDEX items_by_expiry ON items (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX entries_by_item ON entries (partition, sort);
CREATE VIEW whole_items AS
       SELECT partition, sort, revision, body, expires_at,
              (SELECT json_group_object(index_name, json_array(index_partition, index_sort))
                 FROM entries
                WHERE entries.partition = items.partition AND entries.sort = items.sort) AS entries
         FROM items;
COMMIT;
PRAGMA user_version = 1;
