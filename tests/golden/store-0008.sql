-- A store as version 0.8 wrote it: files that came together, some of them rolled back, articles made out of sales, uses of allowances.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE allocation (
	redemption_id INTEGER NOT NULL, 
	line_no INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	CONSTRAINT pk_allocation PRIMARY KEY (redemption_id, line_no), 
	CONSTRAINT fk_allocation_redemption_id FOREIGN KEY(redemption_id) REFERENCES redemption (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE allowance (
	staff_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	day TEXT NOT NULL, 
	used INTEGER NOT NULL, 
	CONSTRAINT pk_allowance PRIMARY KEY (staff_id, kind), 
	CONSTRAINT ck_allowance_kind CHECK (kind IN ('points', 'undo', 'word')), 
	CONSTRAINT fk_allowance_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "allowance" VALUES(2,'points','2026-11-22',25);
INSERT INTO "allowance" VALUES(3,'undo','2026-11-22',1);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	action TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id), 
	CONSTRAINT fk_audit_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_audit_till_id FOREIGN KEY(till_id) REFERENCES till (id), 
	CONSTRAINT uq_audit_till_id_seq UNIQUE (till_id, seq)
)
 STRICT

;
INSERT INTO "audit" VALUES(1,1,1,1795300003000000,1,'staff_added','{"role":"owner","staff":1}','342f20700b0fc8e81ded73a15e0cc2cbacd35157007b0b521e04de10e6876d03');
INSERT INTO "audit" VALUES(2,1,2,1795300004000000,1,'sealed','{"kind":"staff","rows":{"1":"d134965e627bcf96631c180a7c8556b7"}}','71bcf483f4d9589d7dce1df2313c570eefdc8572fca908a719414ecc0b5ee316');
INSERT INTO "audit" VALUES(3,1,3,1795300005000000,1,'sealed','{"kind":"shop","rows":{"1":"bac3f76b4064ed3d95005a24eecbc799"}}','4774aef0849e86922531c9668c6cfba9370e301cf6b882886be4aafbfc84f503');
INSERT INTO "audit" VALUES(4,2,1,1795300012000000,1,'staff_added','{"role":"manager","staff":2}','4e1fb621b7f3c6b098f12213704629e22efdc8f35972672c56e875892cc7635a');
INSERT INTO "audit" VALUES(5,2,2,1795300013000000,1,'sealed','{"kind":"staff","rows":{"2":"f19cebcd74073fb89e17ba13be933542"}}','6892f97983f3545d6401d28c5c65e662cf75c08d6b7ef0ef415df96f400a9ad6');
INSERT INTO "audit" VALUES(6,2,3,1795300016000000,1,'staff_added','{"role":"cashier","staff":3}','ab9957ac040d54be67df88be8b1cc852fcb12a7eef2b8d4d5494028c026cbd6f');
INSERT INTO "audit" VALUES(7,2,4,1795300017000000,1,'sealed','{"kind":"staff","rows":{"3":"bf1df59f8a90f2c0d74c976c346230fd"}}','e825e1ba0921a975b7b89ee2db20cff60d1cecd24cedd3eac02aed877df3eb81');
INSERT INTO "audit" VALUES(8,2,5,1795300030000000,1,'imported','{"batch":1,"created":1,"kind":"opt-outs","rows":1,"unchanged":0,"updated":0}','3b28811732c73207e9203c878d3f87597d911c01d84fb3836421e7f860587c3f');
INSERT INTO "audit" VALUES(9,2,6,1795300040000000,1,'imported','{"batch":2,"created":1,"kind":"day-totals","rows":1,"unchanged":0,"updated":0}','647fb1864024a968cdd75f4077c2eb6117de98df23d30b066ff7626ad6a8de0b');
INSERT INTO "audit" VALUES(10,2,7,1795300044000000,1,'moved_in','{"files":2,"group":1}','375da001c68bce887020843418ba422e70ef5a4c36b4599ae9c6999293f46cfd');
INSERT INTO "audit" VALUES(11,2,8,1795300079000000,1,'import_undone','{"batches":[2,1]}','153f7bb24d1635ac415294c174225538203b4215d6558eae12425e7120e80610');
INSERT INTO "audit" VALUES(12,2,9,1795300088000000,1,'imported','{"batch":3,"created":2,"kind":"products","rows":2,"unchanged":0,"updated":0}','88699882d461471dd8242027c9661414cae83a147697eaaeb51aced2611b0a69');
INSERT INTO "audit" VALUES(13,2,10,1795300100000000,1,'sealed','{"kind":"offer","rows":{"1":"5a1b1e6d17562cd04e07d550f63ac804"}}','0025e5d65e4b94650ea634e316738e824796d5c5f23f5d676f47f13fc1995bd1');
INSERT INTO "audit" VALUES(14,2,11,1795300101000000,1,'imported','{"batch":4,"created":1,"kind":"offers","rows":1,"unchanged":0,"updated":0}','b66f9e6389296fa5dd7cdfd95b26d34808e9d4b7d9dbef89473604995cfbd11c');
INSERT INTO "audit" VALUES(15,2,12,1795300111000000,1,'imported','{"batch":5,"created":2,"kind":"members","rows":2,"unchanged":0,"updated":0}','98615c66b421b247b50839b765e58d3a2277461fabc41714d83b54dc75052a2c');
INSERT INTO "audit" VALUES(16,2,13,1795300120000000,1,'imported','{"batch":6,"created":1,"kind":"opt-outs","rows":1,"unchanged":0,"updated":0}','6f79de863e92a4d27e7b629b6ef3aa0cd7c5f3eba95deb3aa6dc4b000fbaa335');
INSERT INTO "audit" VALUES(17,2,14,1795300135000000,1,'imported','{"batch":7,"created":3,"kind":"points","rows":3,"unchanged":0,"updated":0}','367cdad34b4ef796b3b8e8ff6bf21127e7713e90c9cb2ba28cf8998009144bfb');
INSERT INTO "audit" VALUES(18,2,15,1795300150000000,1,'imported','{"batch":8,"created":2,"kind":"coupons","rows":2,"unchanged":0,"updated":0}','836a5df2598e05497b43cb8c9c2682fe970ba59a1f92abab7b27bcb5054cdc69');
INSERT INTO "audit" VALUES(19,2,16,1795300159000000,1,'imported','{"batch":9,"created":2,"kind":"sales","rows":2,"unchanged":0,"updated":0}','4189c023db98c8b5b1a03d6ad9c0da0268c0a51c566a496d47a0091dd4e25b97');
INSERT INTO "audit" VALUES(20,2,17,1795300168000000,1,'imported','{"batch":10,"created":1,"kind":"redemptions","rows":1,"unchanged":0,"updated":0}','e1f25433498bc3eddc37353696da4685b8a723e11d5ee850c636c61106abc1fd');
INSERT INTO "audit" VALUES(21,2,18,1795300178000000,1,'imported','{"batch":11,"created":1,"kind":"day-totals","rows":1,"unchanged":0,"updated":0}','32989eff142bfbe9819fe947e09d898826b456b2fd7f0fdc77c52b877577fcd6');
INSERT INTO "audit" VALUES(22,2,19,1795300182000000,1,'moved_in','{"files":9,"group":2}','007790890d0c4f93ec3832fd5a41b98a1ec45fc63aef15163a7220b0d552e09b');
INSERT INTO "audit" VALUES(23,2,20,1795300192000000,1,'imported','{"batch":12,"created":3,"kind":"sales","rows":3,"unchanged":0,"updated":0}','2f89e0870115ea54365bcd9ecc967a2f030c973611fcaf9d5e6fadb1c57a0d52');
INSERT INTO "audit" VALUES(24,2,21,1795300206000000,1,'imported','{"batch":13,"created":0,"kind":"members","rows":2,"unchanged":0,"updated":2}','408fd692cbc36c4146492360e1b784db7ee01af195d2621cc5b8e64c4793e42b');
INSERT INTO "audit" VALUES(25,2,22,1795300216000000,1,'imported','{"batch":14,"created":0,"kind":"products","rows":1,"unchanged":0,"updated":1}','50d1417823d4a35e7ed5057f2768e79e0709fc97c021bca8de031a7240a2b5c6');
INSERT INTO "audit" VALUES(26,2,23,1795300226000000,1,'imported','{"batch":15,"created":1,"kind":"points","rows":1,"unchanged":0,"updated":0}','60ee77fd6a6919ddd1962fe52f366623f6f2534f2088db8506e0baa3701a6034');
INSERT INTO "audit" VALUES(27,2,24,1795300249000000,1,'import_undone','{"batch":15}','07e4eb53dc4b37ab0fbee130a33d24a942954868fa86c0ca963e42152c56aa3e');
INSERT INTO "audit" VALUES(28,3,1,1795300257000000,2,'points_adjusted','{"member":2,"points":25,"reason":"道歉"}','3e2c405d4ad9fe27ce46c99cfd22ae1a717a0dcf936616b34755a33526c8d2a9');
INSERT INTO "audit" VALUES(29,2,25,1795300274000000,3,'sale_posted','{"by":"whole","net":1200,"points":12,"sale":5}','f42a0486ee4677ac594d21934bffdb6cb70a8249196971dec6f0ef6a322443e4');
INSERT INTO "audit" VALUES(30,2,26,1795300291000000,3,'sale_posted','{"by":"whole","net":690,"points":6,"sale":6}','debcdd61c56eac3019a504c960b5c7e95ce01c327fd5e4abec3f7907056a1a8f');
INSERT INTO "audit" VALUES(31,2,27,1795300301000000,3,'sale_taken_back','{"reason":"undo","sale":6}','3207c571f7914d535aed20ca89ba464b0c87299ea74f7026a0189b66e158fbc6');
INSERT INTO "audit" VALUES(32,2,28,1795300318000000,3,'bill_suspended','{"coupons":0,"points":0,"sale":8}','42a2471ca869595f080fd987142a22e906adcc28775a75059e774b6749528ad3');
CREATE TABLE audit_head (
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	mac TEXT NOT NULL, seal TEXT DEFAULT '' NOT NULL, marked INTEGER DEFAULT '0' NOT NULL, marks TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (till_id), 
	CONSTRAINT fk_audit_head_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "audit_head" VALUES(1,3,'4774aef0849e86922531c9668c6cfba9370e301cf6b882886be4aafbfc84f503','c279708fafab55d065b47b97e969ed96',0,'000000000000000000000000');
INSERT INTO "audit_head" VALUES(2,28,'42a2471ca869595f080fd987142a22e906adcc28775a75059e774b6749528ad3','132c19c4d01c41f5d1b0063311da10a5',9,'a6557d8944044a24568dc909');
INSERT INTO "audit_head" VALUES(3,1,'3e2c405d4ad9fe27ce46c99cfd22ae1a717a0dcf936616b34755a33526c8d2a9','5243ddb1e66107ed17be425d4da577ca',1,'e6d6522281d53ed3ef60ee23');
CREATE TABLE batch (
	id INTEGER NOT NULL, 
	offer_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	bearer INTEGER NOT NULL, 
	issued_on TEXT NOT NULL, 
	issued_at INTEGER NOT NULL, 
	issued_by INTEGER, 
	printed INTEGER NOT NULL, 
	import_id INTEGER, activate INTEGER DEFAULT '0' NOT NULL, printed_at INTEGER, prints INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT ck_batch_state CHECK (state IN ('issuing', 'ready', 'voided')), 
	CONSTRAINT fk_batch_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_batch_issued_by FOREIGN KEY(issued_by) REFERENCES staff (id), 
	CONSTRAINT fk_batch_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_batch_version_id FOREIGN KEY(version_id) REFERENCES offer_version (id)
)
 STRICT

;
INSERT INTO "batch" VALUES(1,1,1,'ready',2,0,'2026-11-22',1795300146000000,1,0,8,0,NULL,0);
CREATE TABLE consent (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	granted INTEGER NOT NULL, 
	text_version TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	staff_id INTEGER, 
	at INTEGER NOT NULL, 
	import_id INTEGER, 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT ck_consent_granted CHECK (granted IN (0, 1)), 
	CONSTRAINT fk_consent_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_consent_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_consent_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
CREATE TABLE coupon (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	batch_id INTEGER NOT NULL, 
	offer_id INTEGER NOT NULL, 
	serial INTEGER NOT NULL, 
	member_id INTEGER, 
	state TEXT NOT NULL, 
	valid_from TEXT NOT NULL, 
	valid_to TEXT NOT NULL, 
	uses_allowed INTEGER, 
	issued_on TEXT NOT NULL, 
	voided_at INTEGER, 
	voided_by INTEGER, 
	void_reason TEXT NOT NULL, by_sale INTEGER CONSTRAINT fk_coupon_by_sale REFERENCES sale (id), held_by INTEGER CONSTRAINT fk_coupon_held_by REFERENCES sale (id), 
	CONSTRAINT pk_coupon PRIMARY KEY (id), 
	CONSTRAINT ck_coupon_state CHECK (state IN ('issued', 'reserved', 'redeemed', 'voided')), 
	CONSTRAINT ck_coupon_uses CHECK (uses_allowed IS NULL OR uses_allowed >= 1), 
	CONSTRAINT ck_coupon_dates_in_order CHECK (valid_from <= valid_to), 
	CONSTRAINT fk_coupon_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_coupon_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_coupon_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_coupon_voided_by FOREIGN KEY(voided_by) REFERENCES staff (id), 
	CONSTRAINT uq_coupon_code UNIQUE (code)
)
 STRICT

;
INSERT INTO "coupon" VALUES(1,'OLD-1',1,1,1,1,'redeemed','2026-11-22','2027-11-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(2,'OLD-2',1,1,2,2,'issued','2026-11-22','2027-11-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
CREATE TABLE day_total (
	store TEXT NOT NULL, 
	day TEXT NOT NULL, 
	net_sales INTEGER NOT NULL, 
	receipts INTEGER NOT NULL, 
	import_id INTEGER, 
	CONSTRAINT pk_day_total PRIMARY KEY (store, day), 
	CONSTRAINT fk_day_total_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "day_total" VALUES('滨河路店','2026-01-05',123450,61,11);
CREATE TABLE emergency_code (
	id INTEGER NOT NULL, 
	mac TEXT NOT NULL, 
	code_tail TEXT NOT NULL, 
	most INTEGER NOT NULL, 
	made_at INTEGER NOT NULL, 
	made_by INTEGER NOT NULL, 
	voided_at INTEGER, 
	used_at INTEGER, 
	used_by INTEGER, 
	redemption_id INTEGER, 
	CONSTRAINT pk_emergency_code PRIMARY KEY (id), 
	CONSTRAINT ck_emergency_code_most CHECK (most > 0), 
	CONSTRAINT fk_emergency_code_made_by FOREIGN KEY(made_by) REFERENCES staff (id), 
	CONSTRAINT fk_emergency_code_used_by FOREIGN KEY(used_by) REFERENCES staff (id), 
	CONSTRAINT fk_emergency_code_redemption_id FOREIGN KEY(redemption_id) REFERENCES redemption (id), 
	CONSTRAINT uq_emergency_code_mac UNIQUE (mac)
)
 STRICT

;
CREATE TABLE erased_mark (
	mac TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	CONSTRAINT pk_erased_mark PRIMARY KEY (mac)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE figures_step (
	what TEXT NOT NULL, 
	value INTEGER NOT NULL, 
	below INTEGER NOT NULL, 
	CONSTRAINT pk_figures_step PRIMARY KEY (what, value)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE guess (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	subject INTEGER NOT NULL, 
	till_id INTEGER, 
	at INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	CONSTRAINT pk_guess PRIMARY KEY (id), 
	CONSTRAINT ck_guess_kind CHECK (kind IN ('pin', 'password', 'emergency', 'code')), 
	CONSTRAINT ck_guess_state CHECK (state IN ('open', 'wrong')), 
	CONSTRAINT fk_guess_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
CREATE TABLE guess_wait (
	kind TEXT NOT NULL, 
	subject INTEGER NOT NULL, 
	wrong INTEGER NOT NULL, 
	since INTEGER NOT NULL, 
	CONSTRAINT pk_guess_wait PRIMARY KEY (kind, subject)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "guess_wait" VALUES('pin',1,0,1000008000000);
INSERT INTO "guess_wait" VALUES('pin',2,0,1000018000000);
INSERT INTO "guess_wait" VALUES('pin',3,0,1000020000000);
CREATE TABLE import_batch (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	file_name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created INTEGER NOT NULL, 
	updated INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, totals TEXT DEFAULT '{}' NOT NULL, move_id INTEGER CONSTRAINT fk_import_batch_move_id REFERENCES import_move (id), trouble TEXT DEFAULT '' NOT NULL, counted_on TEXT, 
	CONSTRAINT pk_import_batch PRIMARY KEY (id), 
	CONSTRAINT ck_import_batch_state CHECK (state IN ('writing', 'showing', 'done', 'undone')), 
	CONSTRAINT fk_import_batch_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
INSERT INTO "import_batch" VALUES(1,'opt-outs','退订.csv','2ce5ef9323fdf5f7aac4a8807428b5d83e87ade8ae08f089a97f372f6879d812','undone',1,0,1795300026000000,1,'{}',1,'','2026-11-22');
INSERT INTO "import_batch" VALUES(2,'day-totals','营业额.csv','0281bb7b9343a2207d511c8ad1861d562424d04ce66f09444b1d4d480920b6b9','undone',1,0,1795300036000000,1,'{"net_sales": 123450}',1,'','2026-11-22');
INSERT INTO "import_batch" VALUES(3,'products','商品.csv','12e937f365218818a6fc30b855c1eb40624c7c12575e35e5d93f8e402dccd56e','done',2,0,1795300084000000,1,'{}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(4,'offers','优惠.csv','93af7244bcddf0a6309a779c87687d71d1fc38f6c21ae41cf7028449a3ff994b','done',1,0,1795300096000000,1,'{}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(5,'members','会员.csv','f615acba48ae324cb87b948baff5930f2e976fdae1f1009dcb482e541a0cbc72','done',2,0,1795300106000000,1,'{"points": 0, "spent_to_date": 0}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(6,'opt-outs','退订.csv','2ce5ef9323fdf5f7aac4a8807428b5d83e87ade8ae08f089a97f372f6879d812','done',1,0,1795300116000000,1,'{}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(7,'points','积分.csv','3e1566a3525abd813d69300ab729388ac6b80883f8a98605475d7e2f72066d7d','done',3,0,1795300126000000,1,'{"points": 370}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(8,'coupons','券.csv','b3400aae0a7ec5405f8987753068b02dcb8cea637ea33b4767e27e2a1935bd63','done',2,0,1795300143000000,1,'{}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(9,'sales','小票.csv','ba2d1d8c009575fdf0436a05d29bfd9df5f9f0cfc69737e5135e165a14f1edd7','done',2,0,1795300154000000,1,'{"amount": 3090}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(10,'redemptions','核销.csv','4da644d9fdf3320d9fdf244226a85187b30993b1d46aa9a4dc73ae34c49455c2','done',1,0,1795300164000000,1,'{"discount": 500}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(11,'day-totals','营业额.csv','0281bb7b9343a2207d511c8ad1861d562424d04ce66f09444b1d4d480920b6b9','done',1,0,1795300174000000,1,'{"net_sales": 123450}',2,'','2026-11-22');
INSERT INTO "import_batch" VALUES(12,'sales','sales.csv','089645c34f7c1ef45b8591b3066438e60a9ebaab83323cce4906afc3c2a6fb7a','done',3,0,1795300185000000,1,'{"amount": 5000}',NULL,'','2026-11-22');
INSERT INTO "import_batch" VALUES(13,'members','members.csv','babbe0c5e79e2988ba24e5860cad66a9884e2dd508daa822fc4c719297d56fca','done',0,2,1795300202000000,1,'{"points": 0, "spent_to_date": 0}',NULL,'','2026-11-22');
INSERT INTO "import_batch" VALUES(14,'products','products.csv','58400b76102fadc386289859442287dca9023fc1689701b2edb71bed8fcfc8f2','done',0,1,1795300212000000,1,'{}',NULL,'','2026-11-22');
INSERT INTO "import_batch" VALUES(15,'points','points.csv','5df420f571bbe2b5a8b1a4290015310f17e080aeea233fe3fee6f641e3e1619a','undone',1,0,1795300221000000,1,'{"points": 70}',NULL,'','2026-11-22');
CREATE TABLE import_change (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	table_name TEXT NOT NULL, 
	row_key TEXT NOT NULL, 
	"before" TEXT NOT NULL, "after" TEXT, 
	CONSTRAINT pk_import_change PRIMARY KEY (id), 
	CONSTRAINT fk_import_change_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id)
)
 STRICT

;
INSERT INTO "import_change" VALUES(1,13,'member','{"id": 1}','{"name": "\u674e\u5c0f\u6885", "gender": ""}','{"name": "\u674e\u6653\u6885", "gender": "f"}');
INSERT INTO "import_change" VALUES(2,13,'member','{"id": 2}','{"gender": ""}','{"gender": "m"}');
INSERT INTO "import_change" VALUES(3,14,'product','{"id": 4}','{"name": "N2", "price": null, "to_complete": 1}','{"name": "\u6a61\u76ae", "price": 400, "to_complete": 0}');
CREATE TABLE import_mapping (
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	columns TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	CONSTRAINT pk_import_mapping PRIMARY KEY (name), 
	CONSTRAINT fk_import_mapping_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
CREATE TABLE import_move (
	id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	files TEXT DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_import_move PRIMARY KEY (id), 
	CONSTRAINT ck_import_move_state CHECK (state IN ('writing', 'done', 'undone')), 
	CONSTRAINT fk_import_move_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
INSERT INTO "import_move" VALUES(1,'undone',1795300023000000,1,'[{"file": "退订.csv", "kind": "opt-outs", "batch": 1, "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {}, "left_out": [], "said": {}}, {"file": "营业额.csv", "kind": "day-totals", "batch": 2, "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {"net_sales": 123450}, "left_out": [], "said": {}}]');
INSERT INTO "import_move" VALUES(2,'done',1795300081000000,1,'[{"file": "商品.csv", "kind": "products", "batch": 3, "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {}, "left_out": [], "said": {}}, {"file": "优惠.csv", "kind": "offers", "batch": 4, "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {}, "left_out": [], "said": {}}, {"file": "会员.csv", "kind": "members", "batch": 5, "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {"points": 0, "spent_to_date": 0}, "left_out": ["爱好"], "said": {}}, {"file": "退订.csv", "kind": "opt-outs", "batch": 6, "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {}, "left_out": [], "said": {}}, {"file": "积分.csv", "kind": "points", "batch": 7, "rows": 3, "created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {"points": 370}, "left_out": [], "said": {}}, {"file": "券.csv", "kind": "coupons", "batch": 8, "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {}, "left_out": [], "said": {}}, {"file": "小票.csv", "kind": "sales", "batch": 9, "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {"amount": 3090}, "left_out": [], "said": {}}, {"file": "核销.csv", "kind": "redemptions", "batch": 10, "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {"discount": 500}, "left_out": [], "said": {}}, {"file": "营业额.csv", "kind": "day-totals", "batch": 11, "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "totals": {"net_sales": 123450}, "left_out": [], "said": {}}]');
CREATE TABLE import_waiting (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	points INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_import_waiting PRIMARY KEY (id), 
	CONSTRAINT ck_import_waiting_kind CHECK (kind IN ('points', 'uses', 'rows', 'changes')), 
	CONSTRAINT fk_import_waiting_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id)
)
 STRICT

;
CREATE TABLE learned (
	what TEXT NOT NULL, 
	first_day TEXT NOT NULL, 
	last_day TEXT NOT NULL, 
	counted INTEGER NOT NULL, 
	parameters TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	CONSTRAINT pk_learned PRIMARY KEY (what), 
	CONSTRAINT ck_learned_what CHECK (what IN ('pairs', 'value'))
)
 STRICT

;
CREATE TABLE look_up (
	staff_id INTEGER NOT NULL, 
	hour INTEGER NOT NULL, 
	searches INTEGER NOT NULL, 
	CONSTRAINT pk_look_up PRIMARY KEY (staff_id, hour), 
	CONSTRAINT fk_look_up_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE lost_card (
	"key" TEXT NOT NULL, 
	member_id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	CONSTRAINT pk_lost_card PRIMARY KEY ("key"), 
	CONSTRAINT fk_lost_card_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_lost_card_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE member (
	id INTEGER NOT NULL, 
	member_no TEXT NOT NULL, 
	phone TEXT, 
	phone_tail TEXT GENERATED ALWAYS AS (substr(phone, length(phone) - 3)) STORED, 
	name TEXT NOT NULL, 
	gender TEXT NOT NULL, 
	birthday TEXT NOT NULL, 
	birthday_type TEXT NOT NULL, 
	email TEXT NOT NULL, 
	note TEXT NOT NULL, 
	tier TEXT NOT NULL, 
	tier_until TEXT, 
	opening_spent INTEGER, 
	opening_visits INTEGER, 
	opening_last_visit TEXT, 
	state TEXT NOT NULL, 
	registered_on TEXT NOT NULL, 
	registered_by INTEGER, 
	recorded_at INTEGER NOT NULL, 
	import_id INTEGER, password_hash TEXT, alert TEXT DEFAULT '' NOT NULL, guardian TEXT DEFAULT '' NOT NULL, referred_by INTEGER CONSTRAINT fk_member_referred_by REFERENCES member (id), merged_into INTEGER CONSTRAINT fk_member_merged_into REFERENCES member (id), tier_by_hand INTEGER DEFAULT '0' NOT NULL, tier_down_on TEXT, 
	CONSTRAINT pk_member PRIMARY KEY (id), 
	CONSTRAINT ck_member_state CHECK (state IN ('live', 'erased', 'arriving')), 
	CONSTRAINT fk_member_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_member_registered_by FOREIGN KEY(registered_by) REFERENCES staff (id), 
	CONSTRAINT uq_member_member_no UNIQUE (member_no)
)
 STRICT

;
INSERT INTO "member" VALUES(1,'K1','+8613800138000','李晓梅','f','05-17','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300109000000,5,NULL,'','',NULL,NULL,0,NULL);
INSERT INTO "member" VALUES(2,'K2','+8613900139000','王强','m','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300109000000,5,NULL,'','',NULL,NULL,0,NULL);
CREATE TABLE member_figures (
	member_id INTEGER NOT NULL, 
	stale INTEGER NOT NULL, 
	newest TEXT, 
	first TEXT, 
	last TEXT, 
	year_from TEXT, 
	year_next TEXT, 
	year_first TEXT, 
	year_last TEXT, 
	recent_from TEXT, 
	old TEXT, 
	fresh TEXT, 
	visits INTEGER DEFAULT '0' NOT NULL, 
	net INTEGER DEFAULT '0' NOT NULL, 
	year_visits INTEGER DEFAULT '0' NOT NULL, 
	year_net INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_member_figures PRIMARY KEY (member_id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "member_figures" VALUES(1,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0);
INSERT INTO "member_figures" VALUES(2,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0);
CREATE TABLE member_merge (
	id INTEGER NOT NULL, 
	survivor_id INTEGER NOT NULL, 
	merged_id INTEGER NOT NULL, 
	"before" TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	undone_at INTEGER, 
	CONSTRAINT pk_member_merge PRIMARY KEY (id), 
	CONSTRAINT fk_member_merge_survivor_id FOREIGN KEY(survivor_id) REFERENCES member (id), 
	CONSTRAINT fk_member_merge_merged_id FOREIGN KEY(merged_id) REFERENCES member (id), 
	CONSTRAINT fk_member_merge_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
CREATE TABLE member_phone (
	phone TEXT NOT NULL, 
	member_id INTEGER NOT NULL, 
	phone_tail TEXT NOT NULL, 
	note TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	CONSTRAINT pk_member_phone PRIMARY KEY (phone), 
	CONSTRAINT fk_member_phone_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_member_phone_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE member_tag (
	member_id INTEGER NOT NULL, 
	tag TEXT NOT NULL, by_rule INTEGER DEFAULT '0' NOT NULL, set_on TEXT, set_by INTEGER CONSTRAINT fk_member_tag_set_by REFERENCES staff (id), expires_on TEXT, 
	CONSTRAINT pk_member_tag PRIMARY KEY (member_id, tag), 
	CONSTRAINT fk_member_tag_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE name_key (
	"key" TEXT NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT pk_name_key PRIMARY KEY ("key", name)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "name_key" VALUES('lxm','李晓梅');
INSERT INTO "name_key" VALUES('m','李晓梅');
INSERT INTO "name_key" VALUES('xm','李晓梅');
INSERT INTO "name_key" VALUES('晓梅','李晓梅');
INSERT INTO "name_key" VALUES('李晓梅','李晓梅');
INSERT INTO "name_key" VALUES('梅','李晓梅');
INSERT INTO "name_key" VALUES('q','王强');
INSERT INTO "name_key" VALUES('wq','王强');
INSERT INTO "name_key" VALUES('yq','王强');
INSERT INTO "name_key" VALUES('强','王强');
INSERT INTO "name_key" VALUES('王强','王强');
CREATE TABLE not_duplicate (
	first_id INTEGER NOT NULL, 
	second_id INTEGER NOT NULL, 
	CONSTRAINT pk_not_duplicate PRIMARY KEY (first_id, second_id), 
	CONSTRAINT fk_not_duplicate_first_id FOREIGN KEY(first_id) REFERENCES member (id), 
	CONSTRAINT fk_not_duplicate_second_id FOREIGN KEY(second_id) REFERENCES member (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE offer (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	campaign TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	created_by INTEGER, 
	import_id INTEGER, 
	CONSTRAINT pk_offer PRIMARY KEY (id), 
	CONSTRAINT ck_offer_state CHECK (state IN ('running', 'stopped')), 
	CONSTRAINT fk_offer_created_by FOREIGN KEY(created_by) REFERENCES staff (id), 
	CONSTRAINT fk_offer_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT uq_offer_code UNIQUE (code)
)
 STRICT

;
INSERT INTO "offer" VALUES(1,'FIVE','五元券','','running',1795300099000000,1,4);
CREATE TABLE offer_scope (
	version_id INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	import_id INTEGER, 
	CONSTRAINT pk_offer_scope PRIMARY KEY (version_id, field, value), 
	CONSTRAINT ck_offer_scope_field CHECK (field IN ('product', 'category')), 
	CONSTRAINT fk_offer_scope_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_offer_scope_version_id FOREIGN KEY(version_id) REFERENCES offer_version (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE offer_use (
	offer_id INTEGER NOT NULL, 
	given INTEGER NOT NULL, 
	uses INTEGER NOT NULL, 
	CONSTRAINT pk_offer_use PRIMARY KEY (offer_id), 
	CONSTRAINT fk_offer_use_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE offer_version (
	id INTEGER NOT NULL, 
	offer_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	value INTEGER NOT NULL, 
	cap INTEGER, 
	min_spend INTEGER, 
	valid_from TEXT, 
	valid_to TEXT, 
	valid_days INTEGER, 
	limit_total INTEGER, 
	limit_per_member INTEGER, 
	uses_allowed INTEGER, 
	bearer INTEGER NOT NULL, automatic INTEGER DEFAULT '0' NOT NULL, more TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_offer_version PRIMARY KEY (id), 
	CONSTRAINT ck_offer_version_kind CHECK (kind IN ('percent_off', 'amount_off', 'threshold_off', 'every_threshold', 'fixed_price', 'buy_get', 'nth_item', 'gift', 'add_on', 'points_times', 'stamps', 'external')), 
	CONSTRAINT ck_offer_version_value CHECK (value >= 0 AND (kind NOT IN ('percent_off', 'nth_item') OR value <= 10000)), 
	CONSTRAINT fk_offer_version_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT uq_offer_version_offer_id_version UNIQUE (offer_id, version)
)
 STRICT

;
INSERT INTO "offer_version" VALUES(1,1,1,'amount_off',500,NULL,NULL,NULL,NULL,365,NULL,NULL,1,1,0,'{}');
CREATE TABLE paper_move (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	act TEXT NOT NULL, 
	first_serial INTEGER NOT NULL, 
	last_serial INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	person TEXT NOT NULL, 
	business_date TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER NOT NULL, import_id INTEGER CONSTRAINT fk_paper_move_import_id REFERENCES import_batch (id), 
	CONSTRAINT pk_paper_move PRIMARY KEY (id), 
	CONSTRAINT ck_paper_move_act CHECK (act IN ('handed_out', 'returned', 'voided')), 
	CONSTRAINT ck_paper_move_serials CHECK (first_serial >= 1 AND first_serial <= last_serial), 
	CONSTRAINT fk_paper_move_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_paper_move_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
CREATE TABLE point_entry (
	id INTEGER NOT NULL, 
	lot_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	points INTEGER NOT NULL, 
	business_date TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	sale_id INTEGER, 
	staff_id INTEGER, 
	reverses_id INTEGER, 
	reason TEXT NOT NULL, 
	import_id INTEGER, coupon_id INTEGER CONSTRAINT fk_point_entry_coupon_id REFERENCES coupon (id), mac TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_point_entry PRIMARY KEY (id), 
	CONSTRAINT ck_point_entry_kind CHECK (kind IN ('opening', 'earn', 'burn', 'exchange', 'expire', 'adjust', 'claw_back', 'restore', 'reverse')), 
	CONSTRAINT ck_point_entry_range CHECK (points BETWEEN -1000000000 AND 1000000000 AND points <> 0), 
	CONSTRAINT fk_point_entry_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_point_entry_lot_id FOREIGN KEY(lot_id) REFERENCES point_lot (id), 
	CONSTRAINT fk_point_entry_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_point_entry_reverses_id FOREIGN KEY(reverses_id) REFERENCES point_entry (id), 
	CONSTRAINT fk_point_entry_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id), 
	CONSTRAINT fk_point_entry_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
INSERT INTO "point_entry" VALUES(1,1,1,'opening',300,'2026-11-22',1795300137000000,NULL,1,NULL,'ref =|2027-12-31',7,NULL,'6d18915e10a7b1a35318a0b2');
INSERT INTO "point_entry" VALUES(2,2,1,'opening',50,'2026-11-22',1795300137000000,NULL,1,NULL,'ref =|2028-12-31',7,NULL,'5a9baa61defa7ddb54d31727');
INSERT INTO "point_entry" VALUES(3,3,2,'opening',20,'2026-11-22',1795300137000000,NULL,1,NULL,'ref =|2027-12-31',7,NULL,'270016382ad69077bd895364');
INSERT INTO "point_entry" VALUES(4,4,2,'earn',42,'2026-06-01',1795300194000000,3,1,NULL,'',12,NULL,'2574dc1d4fe38dd5783eae4c');
INSERT INTO "point_entry" VALUES(5,5,2,'opening',70,'2026-11-22',1795300228000000,NULL,1,NULL,'ref =|',15,NULL,'19fc8b8f110309bf6b24d02c');
INSERT INTO "point_entry" VALUES(6,5,2,'reverse',-70,'2026-11-22',1795300236000000,NULL,NULL,5,'import_undone',NULL,NULL,'f28ea40afa12215819ae3ec4');
INSERT INTO "point_entry" VALUES(7,6,2,'adjust',25,'2026-11-22',1795300256000000,NULL,2,NULL,'道歉',NULL,NULL,'e6d6522281d53ed3ef60ee23');
INSERT INTO "point_entry" VALUES(8,7,1,'earn',12,'2026-11-22',1795300271000000,5,3,NULL,'',NULL,NULL,'d059c1a8e545581bd4a988bf');
INSERT INTO "point_entry" VALUES(9,8,1,'earn',6,'2026-11-22',1795300288000000,6,3,NULL,'',NULL,NULL,'3ed22d2e013f34fccf8564d6');
INSERT INTO "point_entry" VALUES(10,8,1,'reverse',-6,'2026-11-22',1795300300000000,7,3,9,'',NULL,NULL,'965b4f90e007dffefd578135');
CREATE TABLE point_lot (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	expires_on TEXT, 
	opened_on TEXT NOT NULL, active_from TEXT, swept INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_point_lot PRIMARY KEY (id), 
	CONSTRAINT fk_point_lot_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 STRICT

;
INSERT INTO "point_lot" VALUES(1,1,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(2,1,'2028-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(3,2,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(4,2,'2027-12-31','2026-06-01',NULL,0);
INSERT INTO "point_lot" VALUES(5,2,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(6,2,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(7,1,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(8,1,'2027-12-31','2026-11-22',NULL,0);
CREATE TABLE product (
	id INTEGER NOT NULL, 
	sku TEXT NOT NULL, 
	barcode TEXT NOT NULL, 
	name TEXT NOT NULL, 
	category TEXT NOT NULL, 
	brand TEXT NOT NULL, 
	price INTEGER, 
	cost INTEGER, 
	no_points INTEGER NOT NULL, 
	import_id INTEGER, no_promotion INTEGER DEFAULT '0' NOT NULL, medicine TEXT DEFAULT '' NOT NULL CONSTRAINT ck_product_medicine CHECK (medicine IN ('', 'rx', 'otc_a', 'otc_b')), to_complete INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_product PRIMARY KEY (id), 
	CONSTRAINT fk_product_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT uq_product_sku UNIQUE (sku)
)
 STRICT

;
INSERT INTO "product" VALUES(1,'M1','','牛奶','','',1200,NULL,0,3,0,'',0);
INSERT INTO "product" VALUES(2,'M2','','薯片','','',690,NULL,0,3,0,'',0);
INSERT INTO "product" VALUES(3,'N1','','N1','','',NULL,NULL,0,12,0,'',1);
INSERT INTO "product" VALUES(4,'N2','','橡皮','','',400,NULL,0,12,0,'',0);
CREATE TABLE product_facts (
	id INTEGER NOT NULL, 
	category TEXT NOT NULL, 
	brand TEXT NOT NULL, 
	no_points INTEGER NOT NULL, 
	no_promotion INTEGER NOT NULL, 
	medicine TEXT NOT NULL, 
	CONSTRAINT pk_product_facts PRIMARY KEY (id), 
	CONSTRAINT ck_product_facts_medicine CHECK (medicine IN ('', 'rx', 'otc_a', 'otc_b')), 
	CONSTRAINT uq_product_facts UNIQUE (category, brand, no_points, no_promotion, medicine)
)
 STRICT

;
INSERT INTO "product_facts" VALUES(1,'','',0,0,'');
CREATE TABLE product_pair (
	first_id INTEGER NOT NULL, 
	second_id INTEGER NOT NULL, 
	receipts INTEGER NOT NULL, 
	CONSTRAINT pk_product_pair PRIMARY KEY (first_id, second_id), 
	CONSTRAINT fk_product_pair_first_id FOREIGN KEY(first_id) REFERENCES product (id), 
	CONSTRAINT fk_product_pair_second_id FOREIGN KEY(second_id) REFERENCES product (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE redemption (
	id INTEGER NOT NULL, 
	coupon_id INTEGER NOT NULL, 
	use_no INTEGER NOT NULL, 
	offer_id INTEGER NOT NULL, 
	sale_id INTEGER, 
	member_id INTEGER, 
	till_id INTEGER, 
	staff_id INTEGER, 
	at INTEGER NOT NULL, 
	business_date TEXT NOT NULL, 
	recorded_at INTEGER NOT NULL, 
	discount INTEGER NOT NULL, 
	confirmed_scope INTEGER NOT NULL, 
	request_no TEXT, 
	request_hash TEXT, 
	redemption_no TEXT, 
	receipt_no TEXT NOT NULL, 
	reversed_at INTEGER, 
	reversed_on TEXT, 
	reversed_by INTEGER, 
	reverse_reason TEXT NOT NULL, 
	import_id INTEGER, approve_reason TEXT DEFAULT '' NOT NULL, approved_by INTEGER CONSTRAINT fk_redemption_approved_by REFERENCES staff (id), override TEXT DEFAULT '' NOT NULL CONSTRAINT ck_redemption_override CHECK (override IN ('', 'manager', 'allowance', 'emergency')), approval_no TEXT, 
	CONSTRAINT pk_redemption PRIMARY KEY (id), 
	CONSTRAINT ck_redemption_range CHECK (discount >= 0 AND use_no >= 1), 
	CONSTRAINT fk_redemption_coupon_id FOREIGN KEY(coupon_id) REFERENCES coupon (id), 
	CONSTRAINT fk_redemption_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_redemption_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_redemption_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_redemption_reversed_by FOREIGN KEY(reversed_by) REFERENCES staff (id), 
	CONSTRAINT fk_redemption_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id), 
	CONSTRAINT fk_redemption_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_redemption_till_id FOREIGN KEY(till_id) REFERENCES till (id), 
	CONSTRAINT uq_redemption_redemption_no UNIQUE (redemption_no), 
	CONSTRAINT uq_redemption_request_no UNIQUE (request_no)
)
 STRICT

;
INSERT INTO "redemption" VALUES(1,1,1,1,1,1,NULL,1,1767578400000000,'2026-01-05',1795300170000000,500,0,NULL,NULL,'=OLD-1|2026-01-05 10:00|A1|1','A1',NULL,NULL,NULL,'',10,'',NULL,'',NULL);
CREATE TABLE referral (
	id INTEGER NOT NULL, 
	referrer_id INTEGER NOT NULL, 
	friend_id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	registered_on TEXT NOT NULL, 
	rewarded_on TEXT, 
	sale_id INTEGER, 
	CONSTRAINT pk_referral PRIMARY KEY (id), 
	CONSTRAINT ck_referral_state CHECK (state IN ('waiting', 'rewarded', 'capped')), 
	CONSTRAINT uq_referral_friend_id UNIQUE (friend_id), 
	CONSTRAINT fk_referral_referrer_id FOREIGN KEY(referrer_id) REFERENCES member (id), 
	CONSTRAINT fk_referral_friend_id FOREIGN KEY(friend_id) REFERENCES member (id), 
	CONSTRAINT fk_referral_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
)
 STRICT

;
CREATE TABLE refused_scan (
	id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	business_date TEXT NOT NULL, 
	till_id INTEGER, 
	staff_id INTEGER, 
	code_tail TEXT NOT NULL, 
	reasons TEXT NOT NULL, 
	offer_id INTEGER, 
	CONSTRAINT pk_refused_scan PRIMARY KEY (id), 
	CONSTRAINT fk_refused_scan_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_refused_scan_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_refused_scan_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
CREATE TABLE rule (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_rule PRIMARY KEY ("key")
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE sale (
	id INTEGER NOT NULL, 
	receipt_no TEXT NOT NULL, 
	request_no TEXT, 
	request_hash TEXT, 
	store TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	till_id INTEGER, 
	staff_id INTEGER, 
	member_id INTEGER, 
	state TEXT NOT NULL, 
	business_date TEXT NOT NULL, 
	occurred_at INTEGER NOT NULL, 
	touched_at INTEGER NOT NULL, 
	recorded_at INTEGER NOT NULL, 
	gross INTEGER, 
	discount INTEGER NOT NULL, 
	points_paid INTEGER NOT NULL, 
	net INTEGER, 
	no_points INTEGER NOT NULL, 
	trace TEXT NOT NULL, 
	closed_by TEXT NOT NULL, 
	voids_id INTEGER, 
	import_id INTEGER, rounding INTEGER DEFAULT '0' NOT NULL, points_times INTEGER DEFAULT '10000' NOT NULL, returns_id INTEGER CONSTRAINT fk_sale_returns_id REFERENCES sale (id), attached_at INTEGER, attached_by INTEGER CONSTRAINT fk_sale_attached_by REFERENCES staff (id), earn_points INTEGER, earn_per INTEGER, price_kept INTEGER DEFAULT '0' NOT NULL, filled_at INTEGER, filled_by INTEGER CONSTRAINT fk_sale_filled_by REFERENCES staff (id), filled_till INTEGER CONSTRAINT fk_sale_filled_till REFERENCES till (id), filled_cut INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_sale PRIMARY KEY (id), 
	CONSTRAINT ck_sale_state CHECK (state IN ('open', 'suspended', 'posted', 'voided', 'dropped', 'arriving')), 
	CONSTRAINT ck_sale_net CHECK (gross IS NULL OR net = gross - discount - points_paid - rounding), 
	CONSTRAINT fk_sale_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_sale_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_sale_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_sale_till_id FOREIGN KEY(till_id) REFERENCES till (id), 
	CONSTRAINT fk_sale_voids_id FOREIGN KEY(voids_id) REFERENCES sale (id), 
	CONSTRAINT uq_sale_request_no UNIQUE (request_no)
)
 STRICT

;
INSERT INTO "sale" VALUES(1,'A1',NULL,NULL,'滨河路店','store',NULL,1,1,'posted','2026-01-05',1767578400000000,1767578400000000,1795300157000000,2400,0,0,2400,0,'[]','import',NULL,9,0,10000,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(2,'A2',NULL,NULL,'滨河路店','store',NULL,1,NULL,'posted','2026-01-06',1767670200000000,1767670200000000,1795300157000000,690,0,0,690,0,'[]','import',NULL,9,0,10000,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(3,'B1',NULL,NULL,'滨河路店','store',NULL,1,2,'posted','2026-06-01',1780279200000000,1780279200000000,1795300188000000,4200,0,0,4200,0,'[]','import',NULL,12,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(4,'B2',NULL,NULL,'滨河路店','store',NULL,1,NULL,'posted','2026-06-02',1780362000000000,1780362000000000,1795300188000000,800,0,0,800,0,'[]','import',NULL,12,0,10000,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(5,'2336803690964157',NULL,'07f468fd8358710695a1011c18e1b5dfc60216b314564e35503c19459f626d9e','滨河路店','store',2,3,1,'posted','2026-11-22',1795300262000000,1795300270000000,1795300262000000,1200,0,0,1200,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(6,'2338236594062764',NULL,'a82b7d97ce1f48fc36f79476c8fcfa32189035caf1bba6d6ea3775d4adf17634','滨河路店','store',2,3,1,'voided','2026-11-22',1795300279000000,1795300287000000,1795300279000000,690,0,0,690,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(7,'2388698675730464',NULL,NULL,'滨河路店','store',2,3,1,'posted','2026-11-22',1795300299000000,1795300299000000,1795300299000000,-690,0,0,-690,0,'[]','void',6,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(8,'2344995715132879',NULL,NULL,'滨河路店','store',2,3,2,'suspended','2026-11-22',1795300306000000,1795300306000000,1795300306000000,690,0,0,690,0,'[]','',NULL,NULL,0,10000,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0);
CREATE TABLE sale_line (
	sale_id INTEGER NOT NULL, 
	line_no INTEGER NOT NULL, 
	product_id INTEGER, 
	quantity INTEGER NOT NULL, 
	unit_price INTEGER, 
	discount INTEGER NOT NULL, 
	amount INTEGER NOT NULL, returns_line INTEGER, facts_id INTEGER CONSTRAINT fk_sale_line_facts_id REFERENCES product_facts (id), coupon_back INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_sale_line PRIMARY KEY (sale_id, line_no), 
	CONSTRAINT fk_sale_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_sale_line_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "sale_line" VALUES(1,1,1,2000,NULL,0,2400,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(2,1,2,1000,NULL,0,690,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(3,1,3,1000,NULL,0,3000,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(3,2,1,1000,NULL,0,1200,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(4,1,4,2000,NULL,0,800,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(5,1,1,1000,1200,0,1200,NULL,1,0);
INSERT INTO "sale_line" VALUES(6,1,2,1000,690,0,690,NULL,1,0);
INSERT INTO "sale_line" VALUES(7,1,2,-1000,690,0,-690,NULL,1,0);
INSERT INTO "sale_line" VALUES(8,1,2,1000,690,0,690,NULL,NULL,0);
CREATE TABLE sale_step (
	id INTEGER NOT NULL, 
	sale_id INTEGER NOT NULL, 
	step TEXT NOT NULL, 
	offer_id INTEGER, 
	version_id INTEGER, 
	amount INTEGER NOT NULL, 
	CONSTRAINT pk_sale_step PRIMARY KEY (id), 
	CONSTRAINT ck_sale_step_step CHECK (step IN ('line', 'tier', 'order', 'points', 'rounding', 'earning')), 
	CONSTRAINT fk_sale_step_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id), 
	CONSTRAINT fk_sale_step_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_sale_step_version_id FOREIGN KEY(version_id) REFERENCES offer_version (id)
)
 STRICT

;
CREATE TABLE sale_tender (
	sale_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	given INTEGER, 
	pair_id INTEGER, 
	CONSTRAINT pk_sale_tender PRIMARY KEY (sale_id, kind), 
	CONSTRAINT ck_sale_tender_kind CHECK (kind IN ('cash', 'wechat', 'alipay', 'card', 'exchange', 'other')), 
	CONSTRAINT fk_sale_tender_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id), 
	CONSTRAINT fk_sale_tender_pair_id FOREIGN KEY(pair_id) REFERENCES sale (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE scannable (
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	target_id INTEGER NOT NULL, 
	CONSTRAINT pk_scannable PRIMARY KEY ("key", kind)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "scannable" VALUES('2336803690964157','receipt',5);
INSERT INTO "scannable" VALUES('2338236594062764','receipt',6);
INSERT INTO "scannable" VALUES('2344995715132879','receipt',8);
INSERT INTO "scannable" VALUES('2412477551814828','staff',2);
INSERT INTO "scannable" VALUES('2431039761656448','staff',1);
INSERT INTO "scannable" VALUES('2435562212173412','staff',3);
INSERT INTO "scannable" VALUES('k1','member',1);
INSERT INTO "scannable" VALUES('k2','member',2);
INSERT INTO "scannable" VALUES('old-1','coupon',1);
INSERT INTO "scannable" VALUES('old-2','coupon',2);
CREATE TABLE segment (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	fixed INTEGER NOT NULL, 
	made_at INTEGER NOT NULL, 
	made_by INTEGER NOT NULL, 
	CONSTRAINT pk_segment PRIMARY KEY (id), 
	CONSTRAINT ck_segment_fixed CHECK (fixed IN (0, 1)), 
	CONSTRAINT fk_segment_made_by FOREIGN KEY(made_by) REFERENCES staff (id), 
	CONSTRAINT uq_segment_code UNIQUE (code)
)
 STRICT

;
CREATE TABLE segment_member (
	segment_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	CONSTRAINT pk_segment_member PRIMARY KEY (segment_id, member_id), 
	CONSTRAINT fk_segment_member_segment_id FOREIGN KEY(segment_id) REFERENCES segment (id), 
	CONSTRAINT fk_segment_member_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE segment_size (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	business_date TEXT NOT NULL, 
	members INTEGER NOT NULL, 
	CONSTRAINT pk_segment_size PRIMARY KEY (id)
)
 STRICT

;
CREATE TABLE shift_close (
	id INTEGER NOT NULL, 
	till_id INTEGER NOT NULL, 
	staff_id INTEGER NOT NULL, 
	business_date TEXT NOT NULL, 
	since INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	register_discount INTEGER, 
	counted TEXT NOT NULL, 
	sheet TEXT NOT NULL, 
	CONSTRAINT pk_shift_close PRIMARY KEY (id), 
	CONSTRAINT fk_shift_close_till_id FOREIGN KEY(till_id) REFERENCES till (id), 
	CONSTRAINT fk_shift_close_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
CREATE TABLE shop (
	id INTEGER NOT NULL, 
	uid TEXT NOT NULL, 
	name TEXT NOT NULL, 
	store TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	timezone TEXT NOT NULL, 
	demo INTEGER NOT NULL, 
	audit_key TEXT NOT NULL, 
	clock_high INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, decimals INTEGER DEFAULT '2' NOT NULL, region TEXT DEFAULT '' NOT NULL, sealed INTEGER DEFAULT '0' NOT NULL, offers_changed INTEGER DEFAULT '0' NOT NULL, counted INTEGER DEFAULT '0' NOT NULL, counted_wall INTEGER DEFAULT '0' NOT NULL, counted_steady INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_shop PRIMARY KEY (id), 
	CONSTRAINT ck_shop_single CHECK (id = 1)
)
 STRICT

;
INSERT INTO "shop" VALUES(1,'1be5fa480368fecd','禾田生活','滨河路店','CNY','Asia/Shanghai',1,'ae84ba522c673840610435ba31392754c4527b51eb064ca4e50a06dcde4a6867',1795300321000000,1795300001000000,2,'CN',1,1,1795300317000000,1795300323000000,1000323000000);
CREATE TABLE slip_print (
	sale_id INTEGER NOT NULL, 
	first_at INTEGER NOT NULL, 
	prints INTEGER NOT NULL, 
	CONSTRAINT pk_slip_print PRIMARY KEY (sale_id), 
	CONSTRAINT fk_slip_print_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id) ON DELETE CASCADE
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE staff (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	badge TEXT NOT NULL, 
	pin_hash TEXT, 
	pin_length INTEGER NOT NULL, 
	demo_pin TEXT, 
	disabled INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, member_id INTEGER, 
	CONSTRAINT pk_staff PRIMARY KEY (id), 
	CONSTRAINT ck_staff_role CHECK (role IN ('cashier', 'manager', 'owner')), 
	CONSTRAINT uq_staff_badge UNIQUE (badge), 
	CONSTRAINT uq_staff_name UNIQUE (name)
)
 STRICT

;
INSERT INTO "staff" VALUES(1,'陈','owner','2431039761656448','$argon2id$v=19$m=64,t=1,p=1$Vbs/W4j7KkEZ7RxEreVFVw$s/xCmkSkqmibMbdSzUl3sfals+XYkcWKGJtTv+tbm5w',6,'860274',0,1795300002000000,NULL);
INSERT INTO "staff" VALUES(2,'赵','manager','2412477551814828','$argon2id$v=19$m=64,t=1,p=1$Q1oX0qTxWqcvoJs2jLUiww$ULpqOGl0qSVzuietuDNLtycWu9rRbpb90m4I5juQycM',6,'749183',0,1795300011000000,NULL);
INSERT INTO "staff" VALUES(3,'王芳','cashier','2435562212173412','$argon2id$v=19$m=64,t=1,p=1$FpAVbvv6HihJUd8FLI9BSw$AFG9a0UPpzPDxHj4BGeLfJmF7g3iz4+Agwa0Rr/6QtA',4,'3864',0,1795300015000000,NULL);
CREATE TABLE stage_change (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	business_date TEXT NOT NULL, 
	was TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	CONSTRAINT pk_stage_change PRIMARY KEY (id), 
	CONSTRAINT fk_stage_change_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 STRICT

;
CREATE TABLE stamp_entry (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	offer_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	stamps INTEGER NOT NULL, 
	business_date TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	expires_on TEXT, 
	sale_id INTEGER, 
	coupon_id INTEGER, 
	staff_id INTEGER, 
	reverses_id INTEGER, 
	CONSTRAINT pk_stamp_entry PRIMARY KEY (id), 
	CONSTRAINT ck_stamp_entry_kind CHECK (kind IN ('stamp', 'card', 'take_back', 'reverse')), 
	CONSTRAINT ck_stamp_entry_stamps CHECK (stamps <> 0), 
	CONSTRAINT fk_stamp_entry_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_stamp_entry_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_stamp_entry_version_id FOREIGN KEY(version_id) REFERENCES offer_version (id), 
	CONSTRAINT fk_stamp_entry_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id), 
	CONSTRAINT fk_stamp_entry_coupon_id FOREIGN KEY(coupon_id) REFERENCES coupon (id), 
	CONSTRAINT fk_stamp_entry_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_stamp_entry_reverses_id FOREIGN KEY(reverses_id) REFERENCES stamp_entry (id)
)
 STRICT

;
CREATE TABLE step_share (
	step_id INTEGER NOT NULL, 
	line_no INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	CONSTRAINT pk_step_share PRIMARY KEY (step_id, line_no), 
	CONSTRAINT fk_step_share_step_id FOREIGN KEY(step_id) REFERENCES sale_step (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE suppression (
	channel TEXT NOT NULL, 
	address_mac TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	import_id INTEGER, 
	CONSTRAINT pk_suppression PRIMARY KEY (channel, address_mac), 
	CONSTRAINT fk_suppression_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_suppression_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "suppression" VALUES('sms','c6ef185de76a92af4da782b9beafd316b2167ff0fffb3e8f6502cfcdcb4ca4be','打过电话',1795300122000000,1,6);
CREATE TABLE tag (
	name TEXT NOT NULL, 
	group_name TEXT NOT NULL, 
	colour TEXT NOT NULL, 
	days INTEGER, 
	rule TEXT NOT NULL, 
	made_at INTEGER NOT NULL, 
	made_by INTEGER, 
	CONSTRAINT pk_tag PRIMARY KEY (name), 
	CONSTRAINT ck_tag_days CHECK (days IS NULL OR days >= 1), 
	CONSTRAINT fk_tag_made_by FOREIGN KEY(made_by) REFERENCES staff (id)
)
 WITHOUT ROWID,
 STRICT

;
CREATE TABLE tier (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	threshold INTEGER NOT NULL, 
	off INTEGER NOT NULL, 
	points_times INTEGER NOT NULL, 
	CONSTRAINT pk_tier PRIMARY KEY (id), 
	CONSTRAINT ck_tier_range CHECK (threshold >= 0 AND off BETWEEN 0 AND 9999 AND points_times BETWEEN 0 AND 1000000), 
	CONSTRAINT uq_tier_name UNIQUE (name), 
	CONSTRAINT uq_tier_threshold UNIQUE (threshold)
)
 STRICT

;
CREATE TABLE tier_change (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	tier TEXT NOT NULL, 
	until TEXT, 
	business_date TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_tier_change PRIMARY KEY (id), 
	CONSTRAINT fk_tier_change_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_tier_change_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
CREATE TABLE till (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT pk_till PRIMARY KEY (id), 
	CONSTRAINT uq_till_name UNIQUE (name)
)
 STRICT

;
INSERT INTO "till" VALUES(1,'office');
INSERT INTO "till" VALUES(2,'till 1');
INSERT INTO "till" VALUES(3,'till 2');
CREATE INDEX ix_import_change_import_id ON import_change (import_id);
CREATE INDEX ix_member_phone_tail ON member (phone_tail);
CREATE INDEX ix_member_registered_on ON member (registered_on);
CREATE UNIQUE INDEX uq_member_phone_live ON member (phone) WHERE state = 'live';
CREATE INDEX ix_product_category ON product (category);
CREATE INDEX ix_consent_member_id ON consent (member_id);
CREATE INDEX ix_point_lot_member_id ON point_lot (member_id);
CREATE INDEX ix_refused_scan_till ON refused_scan (till_id, at);
CREATE INDEX ix_sale_day ON sale (business_date, state, net);
CREATE UNIQUE INDEX uq_sale_open_at_till ON sale (till_id) WHERE state = 'open';
CREATE INDEX ix_batch_offer_id ON batch (offer_id);
CREATE INDEX ix_point_entry_day ON point_entry (business_date, kind);
CREATE INDEX ix_point_entry_lot_id ON point_entry (lot_id);
CREATE INDEX ix_point_entry_member_id ON point_entry (member_id);
CREATE INDEX ix_coupon_batch ON coupon (batch_id, serial);
CREATE INDEX ix_coupon_offer_issued ON coupon (offer_id, issued_on);
CREATE INDEX ix_redemption_offer_day ON redemption (offer_id, business_date);
CREATE UNIQUE INDEX uq_redemption_live_use ON redemption (coupon_id, use_no) WHERE reversed_at IS NULL;
CREATE INDEX ix_sale_step_offer ON sale_step (offer_id);
CREATE INDEX ix_tier_change_member ON tier_change (member_id, id);
CREATE INDEX ix_paper_move_batch ON paper_move (batch_id, id);
CREATE INDEX ix_shift_close_day ON shift_close (business_date);
CREATE INDEX ix_stamp_entry_member ON stamp_entry (member_id, offer_id);
CREATE INDEX ix_sale_member ON sale (member_id, business_date, net, state, voids_id, returns_id);
CREATE INDEX ix_segment_member_member_id ON segment_member (member_id);
CREATE UNIQUE INDEX uq_segment_size_day ON segment_size (code, business_date);
CREATE INDEX ix_member_phone_member_id ON member_phone (member_id);
CREATE INDEX ix_member_phone_phone_tail ON member_phone (phone_tail);
CREATE INDEX ix_lost_card_member_id ON lost_card (member_id);
CREATE INDEX ix_member_merge_survivor_id ON member_merge (survivor_id);
CREATE INDEX ix_member_merge_merged_id ON member_merge (merged_id);
CREATE INDEX ix_not_duplicate_second_id ON not_duplicate (second_id);
CREATE INDEX ix_referral_referrer_id ON referral (referrer_id);
CREATE INDEX ix_stage_change_member ON stage_change (member_id, id);
CREATE INDEX ix_stage_change_day ON stage_change (business_date);
CREATE INDEX ix_product_pair_second_id ON product_pair (second_id);
CREATE INDEX ix_member_name ON member (name);
CREATE INDEX ix_member_referred_by ON member (referred_by) WHERE referred_by IS NOT NULL;
CREATE INDEX ix_point_entry_sale_id ON point_entry (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX ix_point_entry_coupon_id ON point_entry (coupon_id) WHERE coupon_id IS NOT NULL;
CREATE UNIQUE INDEX uq_sale_receipt ON sale (receipt_no, store, business_date);
CREATE UNIQUE INDEX uq_sale_voids_id ON sale (voids_id) WHERE voids_id IS NOT NULL;
CREATE UNIQUE INDEX uq_point_entry_reverses_id ON point_entry (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX ix_coupon_by_sale ON coupon (by_sale) WHERE by_sale IS NOT NULL;
CREATE INDEX ix_coupon_held_by ON coupon (held_by) WHERE held_by IS NOT NULL;
CREATE INDEX ix_coupon_member_id ON coupon (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX ix_redemption_reversed_on ON redemption (reversed_on) WHERE reversed_on IS NOT NULL;
CREATE INDEX ix_redemption_sale_id ON redemption (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX ix_referral_sale_id ON referral (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX ix_sale_returns_id ON sale (returns_id) WHERE returns_id IS NOT NULL;
CREATE INDEX ix_sale_tender_pair_id ON sale_tender (pair_id) WHERE pair_id IS NOT NULL;
CREATE INDEX ix_stamp_entry_sale_id ON stamp_entry (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX ix_redemption_day ON redemption (business_date, till_id);
CREATE INDEX ix_refused_scan_day ON refused_scan (business_date, till_id);
CREATE INDEX ix_sale_step_sale ON sale_step (sale_id, offer_id);
CREATE INDEX ix_redemption_member_id ON redemption (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX ix_redemption_till_id ON redemption (till_id, recorded_at) WHERE till_id IS NOT NULL;
CREATE INDEX ix_sale_till_day ON sale (till_id, business_date) WHERE till_id IS NOT NULL;
CREATE INDEX ix_sale_till_touched ON sale (till_id, touched_at) WHERE till_id IS NOT NULL;
CREATE INDEX ix_sale_attached_by ON sale (attached_by, attached_at) WHERE attached_by IS NOT NULL;
CREATE INDEX ix_member_merged_into ON member (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX ix_stamp_entry_coupon_id ON stamp_entry (coupon_id) WHERE coupon_id IS NOT NULL;
CREATE INDEX ix_stamp_entry_reverses_id ON stamp_entry (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX ix_sale_suspended ON sale (state, till_id) WHERE state = 'suspended';
CREATE INDEX ix_scannable_target ON scannable (target_id) WHERE kind = 'member' OR kind = 'product';
CREATE INDEX ix_name_key_name ON name_key (name);
CREATE INDEX ix_point_lot_due ON point_lot (expires_on) WHERE swept = 0;
CREATE INDEX ix_member_figures_stale ON member_figures (member_id) WHERE stale = 1;
CREATE INDEX ix_member_figures_year_net ON member_figures (year_net, year_visits);
CREATE INDEX ix_member_figures_year_next ON member_figures (year_next);
CREATE TRIGGER offer_use_redeemed AFTER INSERT ON redemption WHEN TRUE BEGIN UPDATE offer_use SET given = given + (CASE WHEN NEW.reversed_at IS NULL THEN NEW.discount ELSE 0 END) WHERE offer_id = NEW.offer_id; END;
CREATE TRIGGER offer_use_changed AFTER UPDATE OF discount, reversed_at ON redemption WHEN TRUE BEGIN UPDATE offer_use SET given = given + (CASE WHEN NEW.reversed_at IS NULL THEN NEW.discount ELSE 0 END) - (CASE WHEN OLD.reversed_at IS NULL THEN OLD.discount ELSE 0 END) WHERE offer_id = NEW.offer_id; END;
CREATE TRIGGER offer_use_dropped AFTER DELETE ON redemption WHEN TRUE BEGIN UPDATE offer_use SET given = given + -(CASE WHEN OLD.reversed_at IS NULL THEN OLD.discount ELSE 0 END) WHERE offer_id = OLD.offer_id; END;
CREATE TRIGGER offer_use_taken AFTER INSERT ON sale_step WHEN NEW.offer_id IS NOT NULL BEGIN UPDATE offer_use SET given = given + NEW.amount, uses = uses + (CASE WHEN EXISTS (SELECT 1 FROM sale_step x WHERE x.sale_id = NEW.sale_id AND x.offer_id = NEW.offer_id AND x.id <> NEW.id) THEN 0 ELSE (SELECT CASE WHEN s.returns_id IS NULL THEN 1 ELSE 0 END FROM sale s WHERE s.id = NEW.sale_id) END) WHERE offer_id = NEW.offer_id AND EXISTS (SELECT 1 FROM sale s WHERE s.id = NEW.sale_id AND s.state IN ('open', 'suspended', 'posted')); END;
CREATE TRIGGER offer_use_untaken AFTER DELETE ON sale_step WHEN OLD.offer_id IS NOT NULL BEGIN UPDATE offer_use SET given = given - OLD.amount, uses = uses - (CASE WHEN EXISTS (SELECT 1 FROM sale_step x WHERE x.sale_id = OLD.sale_id AND x.offer_id = OLD.offer_id AND x.id <> OLD.id) THEN 0 ELSE (SELECT CASE WHEN s.returns_id IS NULL THEN 1 ELSE 0 END FROM sale s WHERE s.id = OLD.sale_id) END) WHERE offer_id = OLD.offer_id AND EXISTS (SELECT 1 FROM sale s WHERE s.id = OLD.sale_id AND s.state IN ('open', 'suspended', 'posted')); END;
CREATE TRIGGER offer_use_lives AFTER UPDATE OF state ON sale WHEN (OLD.state IN ('open', 'suspended', 'posted')) <> (NEW.state IN ('open', 'suspended', 'posted')) BEGIN UPDATE offer_use SET given = given + (CASE WHEN NEW.state IN ('open', 'suspended', 'posted') THEN 1 ELSE -1 END) * (SELECT coalesce(sum(x.amount), 0) FROM sale_step x WHERE x.sale_id = NEW.id AND x.offer_id = offer_use.offer_id), uses = uses + (CASE WHEN NEW.state IN ('open', 'suspended', 'posted') THEN 1 ELSE -1 END) * (CASE WHEN NEW.returns_id IS NULL AND NOT EXISTS (SELECT 1 FROM sale b WHERE b.returns_id = NEW.id AND b.closed_by = 'all_returned') THEN 1 ELSE 0 END) WHERE offer_id IN (SELECT x.offer_id FROM sale_step x WHERE x.sale_id = NEW.id AND x.offer_id IS NOT NULL); END;
CREATE TRIGGER offer_use_returned AFTER INSERT ON sale WHEN NEW.returns_id IS NOT NULL AND NEW.closed_by = 'all_returned' BEGIN UPDATE offer_use SET uses = uses - 1 WHERE offer_id IN (SELECT x.offer_id FROM sale_step x WHERE x.sale_id = NEW.returns_id AND x.offer_id IS NOT NULL) AND EXISTS (SELECT 1 FROM sale s WHERE s.id = NEW.returns_id AND s.state IN ('open', 'suspended', 'posted')); END;
CREATE TRIGGER offer_use_completed AFTER UPDATE OF closed_by ON sale WHEN NEW.returns_id IS NOT NULL AND NEW.closed_by = 'all_returned' AND OLD.closed_by <> 'all_returned' BEGIN UPDATE offer_use SET uses = uses - 1 WHERE offer_id IN (SELECT x.offer_id FROM sale_step x WHERE x.sale_id = NEW.returns_id AND x.offer_id IS NOT NULL) AND EXISTS (SELECT 1 FROM sale s WHERE s.id = NEW.returns_id AND s.state IN ('open', 'suspended', 'posted')); END;
CREATE TRIGGER member_figures_sold AFTER INSERT ON sale WHEN NEW.member_id IS NOT NULL BEGIN INSERT INTO member_figures (member_id, stale) VALUES (NEW.member_id, 1) ON CONFLICT (member_id) DO UPDATE SET stale = 1 WHERE member_figures.stale = 0; END;
CREATE TRIGGER member_figures_changed AFTER UPDATE OF member_id, state, net, business_date, voids_id, returns_id ON sale WHEN NEW.member_id IS NOT NULL BEGIN INSERT INTO member_figures (member_id, stale) VALUES (NEW.member_id, 1) ON CONFLICT (member_id) DO UPDATE SET stale = 1 WHERE member_figures.stale = 0; END;
CREATE TRIGGER member_figures_left AFTER UPDATE OF member_id ON sale WHEN OLD.member_id IS NOT NULL BEGIN INSERT INTO member_figures (member_id, stale) VALUES (OLD.member_id, 1) ON CONFLICT (member_id) DO UPDATE SET stale = 1 WHERE member_figures.stale = 0; END;
CREATE TRIGGER member_figures_gone AFTER DELETE ON sale WHEN OLD.member_id IS NOT NULL BEGIN INSERT INTO member_figures (member_id, stale) VALUES (OLD.member_id, 1) ON CONFLICT (member_id) DO UPDATE SET stale = 1 WHERE member_figures.stale = 0; END;
CREATE TRIGGER point_entry_unsweeps AFTER INSERT ON point_entry WHEN TRUE BEGIN UPDATE point_lot SET swept = 0 WHERE id = NEW.lot_id AND swept = 1; END;
CREATE INDEX ix_sale_filled_by ON sale (filled_by, filled_at) WHERE filled_by IS NOT NULL;
CREATE UNIQUE INDEX uq_redemption_approval_no ON redemption (approval_no) WHERE approval_no IS NOT NULL;
CREATE INDEX ix_audit_answered ON audit (action) WHERE action IN ('restored', 'trail_accepted');
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN true BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN true BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id OR till_id = NEW.till_id AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_head_no_update BEFORE UPDATE ON audit_head WHEN NEW.till_id IS NOT OLD.till_id OR NEW.seq < OLD.seq BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head WHEN true BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head WHERE till_id = NEW.till_id) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER point_entry_no_update BEFORE UPDATE ON point_entry WHEN NEW.id IS NOT OLD.id OR NEW.lot_id IS NOT OLD.lot_id OR NEW.kind IS NOT OLD.kind OR NEW.points IS NOT OLD.points OR NEW.business_date IS NOT OLD.business_date OR NEW.at IS NOT OLD.at OR NEW.sale_id IS NOT OLD.sale_id OR NEW.staff_id IS NOT OLD.staff_id OR NEW.reverses_id IS NOT OLD.reverses_id OR NEW.reason IS NOT OLD.reason OR NEW.import_id IS NOT OLD.import_id OR NEW.coupon_id IS NOT OLD.coupon_id OR NEW.mac IS NOT OLD.mac OR NEW.member_id IS NOT (SELECT member_id FROM point_lot WHERE id = OLD.lot_id) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER point_entry_no_delete BEFORE DELETE ON point_entry WHEN true BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER point_entry_no_replace BEFORE INSERT ON point_entry WHEN EXISTS (SELECT 1 FROM point_entry WHERE id = NEW.id OR reverses_id = NEW.reverses_id) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER redemption_no_update BEFORE UPDATE ON redemption WHEN NEW.id IS NOT OLD.id OR NEW.coupon_id IS NOT OLD.coupon_id OR NEW.use_no IS NOT OLD.use_no OR NEW.offer_id IS NOT OLD.offer_id OR NEW.till_id IS NOT OLD.till_id OR NEW.staff_id IS NOT OLD.staff_id OR NEW.at IS NOT OLD.at OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.confirmed_scope IS NOT OLD.confirmed_scope OR NEW.request_no IS NOT OLD.request_no OR NEW.request_hash IS NOT OLD.request_hash OR NEW.redemption_no IS NOT OLD.redemption_no OR NEW.receipt_no IS NOT OLD.receipt_no OR NEW.import_id IS NOT OLD.import_id OR NEW.approved_by IS NOT OLD.approved_by OR NEW.approve_reason IS NOT OLD.approve_reason OR NEW.override IS NOT OLD.override OR NEW.approval_no IS NOT OLD.approval_no OR ((NEW.reversed_at IS NOT OLD.reversed_at OR NEW.reversed_on IS NOT OLD.reversed_on OR NEW.reversed_by IS NOT OLD.reversed_by OR NEW.reverse_reason IS NOT OLD.reverse_reason) AND OLD.reversed_at IS NOT NULL) OR ((NEW.discount IS NOT OLD.discount OR NEW.sale_id IS NOT OLD.sale_id OR NEW.business_date IS NOT OLD.business_date) AND NOT EXISTS (SELECT 1 FROM sale WHERE id = OLD.sale_id AND (state IN ('open', 'suspended') OR gross IS NULL OR (closed_by = '' AND import_id IS NULL)))) OR (NEW.member_id IS NOT OLD.member_id AND NOT (OLD.member_id IS NULL AND EXISTS (SELECT 1 FROM sale WHERE id = OLD.sale_id AND member_id = NEW.member_id) OR EXISTS (SELECT 1 FROM member_merge WHERE survivor_id = NEW.member_id AND merged_id = OLD.member_id OR survivor_id = OLD.member_id AND merged_id = NEW.member_id))) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER redemption_no_delete BEFORE DELETE ON redemption WHEN NOT EXISTS (SELECT 1 FROM import_batch WHERE id = OLD.import_id AND state = 'writing') BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER redemption_no_replace BEFORE INSERT ON redemption WHEN EXISTS (SELECT 1 FROM redemption WHERE id = NEW.id OR request_no = NEW.request_no OR redemption_no = NEW.redemption_no OR approval_no = NEW.approval_no OR coupon_id = NEW.coupon_id AND use_no = NEW.use_no AND reversed_at IS NULL AND NEW.reversed_at IS NULL) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE INDEX ix_guess_subject ON guess (kind, subject, at);
CREATE INDEX ix_guess_till ON guess (kind, till_id, at);
CREATE INDEX ix_guess_at ON guess (kind, at);
CREATE INDEX ix_batch_issuing ON batch (id) WHERE state = 'issuing';
CREATE INDEX ix_import_waiting_import_id ON import_waiting (import_id);
CREATE INDEX ix_member_import_id ON member (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_product_import_id ON product (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_sale_import_id ON sale (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_point_entry_import_id ON point_entry (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_redemption_import_id ON redemption (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_consent_import_id ON consent (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_suppression_import_id ON suppression (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_offer_scope_import_id ON offer_scope (import_id) WHERE import_id IS NOT NULL;
COMMIT;
