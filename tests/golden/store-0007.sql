-- A store as version 0.7 wrote it: kept figures, uses of limited offers, waits after wrong tries, an import of each kind, one of them taken back.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
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
INSERT INTO "allocation" VALUES(2,1,2000);
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
INSERT INTO "audit" VALUES(1,1,1,1795300180000000,1,'staff_added','{"role":"owner","staff":1}','f316ff86118ddea06551a4f208764146ff40c7f42af7a0ec3afc5819ecb5e715');
INSERT INTO "audit" VALUES(2,1,2,1795300240000000,1,'sealed','{"kind":"staff","rows":{"1":"788c673fb18f516c764a7c914aa77f14"}}','8ef214a831a7bbaac08602e3df20f70026201ab662e3f5b7438b25b09eb3dabf');
INSERT INTO "audit" VALUES(3,1,3,1795300300000000,1,'sealed','{"kind":"shop","rows":{"1":"b149bfe4e1bd772af1cd84052c5cc34e"}}','6e0037b2fede229a1d6d80f46c55e3a84cb00c268157e631013d05ddfd870079');
INSERT INTO "audit" VALUES(4,2,1,1795300600000000,1,'staff_added','{"role":"manager","staff":2}','0fc9f227dd88e0780c3b2aa457ff6c581cf071a7f6a00991a854c0c108730544');
INSERT INTO "audit" VALUES(5,2,2,1795300660000000,1,'sealed','{"kind":"staff","rows":{"2":"56bbf8f80224664cb7ac552a64bc3fd7"}}','084b40e5db741ea676112afcab8305aa07e56dc9a23efdd1a522fa77c3a2cc89');
INSERT INTO "audit" VALUES(6,2,3,1795300840000000,1,'staff_added','{"role":"cashier","staff":3}','e0b7e67b2c95cccd5ce65bfef877f4f9169a0fcabd645d8ab08016cda0c839b3');
INSERT INTO "audit" VALUES(7,2,4,1795300900000000,1,'sealed','{"kind":"staff","rows":{"3":"c455bb0035247e79379c9ef33ad9a44d"}}','776e9fe768aaefffd28e1f2561905aceb70b9112072b027815b916f84632118a');
INSERT INTO "audit" VALUES(8,1,4,1795301320000000,2,'imported','{"batch":1,"created":3,"kind":"products","rows":3,"unchanged":0,"updated":0}','5f1bb8d4fe30fd4744030619e775fac2d7ef0306029d226ccaa545d445a6237d');
INSERT INTO "audit" VALUES(9,1,5,1795301680000000,2,'imported','{"batch":2,"created":1,"kind":"products","rows":3,"unchanged":0,"updated":2}','493db8fc3153946a3d64ec8b5681e8bb89c6edfe01b96c0d75fa272fe5b610ba');
INSERT INTO "audit" VALUES(10,1,6,1795302340000000,2,'imported','{"batch":3,"created":3,"kind":"members","rows":3,"unchanged":0,"updated":0}','e695560b39cb89b7f036bb1900c138ac61e5daa9f8683a835e8920000deee281');
INSERT INTO "audit" VALUES(11,1,7,1795303000000000,2,'imported','{"batch":4,"created":1,"kind":"members","rows":3,"unchanged":0,"updated":2}','794deeecd591b4a961a972bf087a99956c7a62b74e230f176990d572d46ed95a');
INSERT INTO "audit" VALUES(12,1,8,1795303540000000,2,'imported','{"batch":5,"created":1,"kind":"points","rows":1,"unchanged":0,"updated":0}','cbbe19d24d3b07afd943f73719d4e509eb0bedce854b36c1904837ad676ae2ff');
INSERT INTO "audit" VALUES(13,1,9,1795304140000000,2,'imported','{"batch":6,"created":2,"kind":"opt-outs","rows":2,"unchanged":0,"updated":0}','870fff40b16ca2990123a2306a23bf48848b1407a0e1ae35f2a38f182528ca2f');
INSERT INTO "audit" VALUES(14,1,10,1795304620000000,2,'sealed','{"kind":"offer","rows":{"1":"99bfe583b367a1846a78eaa2d2ae2534","2":"4a1d76e58c3a9582f75e8090a1a762e1"}}','c94a32eade6018e3e98cede9c005cbf14e7b4e754dd227d36523d3445b92644c');
INSERT INTO "audit" VALUES(15,1,11,1795304680000000,2,'imported','{"batch":7,"created":2,"kind":"offers","rows":2,"unchanged":0,"updated":0}','42fdcf419eaa84523a4bb61d9736646035ad6a987e22ae8dcc2c860c57b82f55');
INSERT INTO "audit" VALUES(16,1,12,1795305040000000,2,'sealed','{"kind":"offer","rows":{"2":"00cf2e37f0498b4be8847f552e64b3f7"}}','778dcba88e9ee0419cc9d3dcac125897bd9e2d8bde7af2966803d69d46fdbaab');
INSERT INTO "audit" VALUES(17,1,13,1795305100000000,2,'imported','{"batch":8,"created":1,"kind":"offer-products","rows":1,"unchanged":0,"updated":0}','6403c2b49a179f707882b46c21679e0bae835279f4a67271f90ec85b40b56342');
INSERT INTO "audit" VALUES(18,1,14,1795305760000000,2,'imported','{"batch":9,"created":3,"kind":"coupons","rows":3,"unchanged":0,"updated":0}','cf4e7d3d50e4cf6a29c1071d93fb9b5ba64518e97c3e3f2c0785f2ea632e3827');
INSERT INTO "audit" VALUES(19,1,15,1795306300000000,2,'imported','{"batch":10,"created":3,"kind":"sales","rows":3,"unchanged":0,"updated":0}','8ef022d7e1946896bcafa7b514c82320c5d15dfa683db60c27624e6dd5d153f8');
INSERT INTO "audit" VALUES(20,1,16,1795306840000000,2,'imported','{"batch":11,"created":1,"kind":"redemptions","rows":1,"unchanged":0,"updated":0}','d69d08e54178f28ec5b113360723682c0f3b132b81744e30cb32e5792b98f816');
INSERT INTO "audit" VALUES(21,1,17,1795307320000000,2,'imported','{"batch":12,"created":2,"kind":"day-totals","rows":2,"unchanged":0,"updated":0}','a6770f2de3e8fe6ed828135a15edb4ef14f9d4790a2f417c32a645df302c4d01');
INSERT INTO "audit" VALUES(22,1,18,1795307860000000,2,'imported','{"batch":13,"created":1,"kind":"sales","rows":1,"unchanged":0,"updated":0}','f7b69badb615150ce5cfa9339ead86f326478e98545a6d12accaecc08f59b781');
INSERT INTO "audit" VALUES(23,1,19,1795309300000000,2,'import_undone','{"batch":13}','5a976793084542465cb74712890d6b473c63b5ba43282e81f597cb9e9a4a433c');
INSERT INTO "audit" VALUES(24,1,20,1795309540000000,2,'offer_kept','{"offer":"BIG"}','1f26323f827e619bedbd372b7e71e4b91a33793744e82bd1e9d4b6c955824e21');
INSERT INTO "audit" VALUES(25,1,21,1795309600000000,2,'sealed','{"kind":"offer","rows":{"3":"7d4328515df4350b6335304c13d63b21"}}','2291d4790f94192f47c22da79a842ad3938edc147e989b1bf6aca4bed58aaab8');
INSERT INTO "audit" VALUES(26,1,22,1795309780000000,2,'offer_kept','{"offer":"A20"}','6bc7c36d96d5d8747d9034835f792b19b7c93fa812f1e036d208d59db910d66c');
INSERT INTO "audit" VALUES(27,1,23,1795309840000000,2,'sealed','{"kind":"offer","rows":{"4":"f8b153589c401ae4205884d8b91a2a79"}}','c02ccc1ab1950ad6b5da7f024b1f97c671cca11c7e86e745e2d8173d22d34c20');
INSERT INTO "audit" VALUES(28,2,5,1795309960000000,1,'tier_kept','{"off":500,"points_times":15000,"threshold":50000,"tier":"金卡"}','57e77f6301164e52a3120f90f55608121478876e148d60ba79f688e811e98809');
INSERT INTO "audit" VALUES(29,2,6,1795310020000000,1,'sealed','{"kind":"tier","rows":{"金卡":"0b6a9c11ac2cc927af8981e86703eefa"}}','a59520b3014b77a57a08ed111a16ad101a59c3efc422ab2172253fdb5f440e48');
INSERT INTO "audit" VALUES(30,2,7,1795310200000000,1,'rule_set','{"key":"rounding","value":"0.1"}','5107b809ea903e4e1c72b32a841e7600a99ab64325d0f41acf00cd9373c96832');
INSERT INTO "audit" VALUES(31,2,8,1795310260000000,1,'sealed','{"kind":"rule","rows":{"rounding":"10b08bbcde0e28a08549029c1c9bef09"}}','d5223ca649bd8b3a18fcd3417e0bce79133652863d2b15e62cbb375d7e4d924d');
INSERT INTO "audit" VALUES(32,2,9,1795310680000000,3,'member_registered','{"consent":[],"member":5}','d553a7ae6e9b6b6b8921d76e097e09e7f07f4cc4909a872d0de6e57512e3cc93');
INSERT INTO "audit" VALUES(33,1,24,1795311220000000,2,'batch_issued','{"batch":3,"count":4,"first":4,"last":7,"offer":"A20","sha256":"8eabb9bc31dfc8befa21321b199858f8c1305f97a195f8e79913d8f617f2574b"}','f133c33caeb6c0e5a9f4f733e7557f9714e740da6efd34dabc479da300c5c674');
INSERT INTO "audit" VALUES(34,2,10,1795312000000000,3,'coupon_redeemed','{"coupon":4,"discount":2000,"redemption":2,"sale":4}','6d57c7a9381024357df97c4a0f96006a1e92e25c115a88fba4a76e0c5c373c5a');
INSERT INTO "audit" VALUES(35,2,11,1795312420000000,3,'sale_posted','{"by":"whole","net":15000,"points":150,"sale":4}','127b4b28ff6aa0d138a460e10c17f349ca7b0ccb8afee2b400f61df647335c58');
INSERT INTO "audit" VALUES(36,2,12,1795313500000000,3,'sale_posted','{"by":"whole","net":19900,"points":199,"sale":5}','6e683c3c1a4750cdd4be846689a8dfaf97a3dad5dc541f7d47efa32565bdcece');
INSERT INTO "audit" VALUES(37,2,13,1795314580000000,3,'sale_posted','{"by":"whole","net":7500,"points":75,"sale":6}','516fb335e94a5487f734cfe66a9d05dc70e982f50e87eb2c1112bb1508d22dab');
INSERT INTO "audit" VALUES(38,1,25,1795315300000000,2,'goods_returned','{"back":7,"cash":8760,"everything":false,"sale":5}','3a1877701773dffce7e184931d5406b0b0b597e631a0224f2e006dae31681344');
INSERT INTO "audit" VALUES(39,2,14,1795316260000000,3,'sale_posted','{"by":"whole","net":9900,"points":99,"sale":8}','8462bdfe9d053c28622ba407b9da2791c3170ae5086a45c60225c4c9a3b2982a');
INSERT INTO "audit" VALUES(40,2,15,1795316860000000,3,'sale_taken_back','{"reason":"void","sale":8}','070fa92e4269ae7ed3f5484a1101819300b9dabe3e85fbff6d667aedcfa34e99');
INSERT INTO "audit" VALUES(41,2,16,1795317940000000,3,'bill_suspended','{"coupons":1,"points":0,"sale":10}','be45548818a70da187079c4b90901604024c1011fe4187a14f6be8e013817f9a');
INSERT INTO "audit" VALUES(42,1,26,1795405780000000,NULL,'pin_wrong','{"in_a_row":1,"person":2,"till":"till 2"}','3a5e1a2cf178f45e941e9bafd481c222c618422058baa13aa9d2cbff19c19a30');
INSERT INTO "audit" VALUES(43,2,17,1795406260000000,1,'sale_taken_back','{"reason":"dropped","sale":10}','71976d84ef913b5a2e581b90c191c9e73fe37d8eb971f587e7fd123241663715');
INSERT INTO "audit" VALUES(44,2,18,1795407520000000,1,'stages_noted','{"members":5}','440ab475286770ba6818e1e5b048855274f97dbaacb78cbd796518bf86d4cfad');
INSERT INTO "audit" VALUES(45,2,19,1795408000000000,1,'pairs_learned','{"pairs":0,"receipts":4}','8d17b15e0e590457ebfb46d9442aabca399f6c2f7a635b6f9283013589898167');
INSERT INTO "audit" VALUES(46,2,20,1795408240000000,1,'backup_made','{"file":"storecrm-20261123-122940.db","sha256":"ca9918a23abd2cb45e50601902b87ca8eb5f2697e7cd225a7ebbf6a65a29eea2"}','b09319b2f70f612c9b9db932d95af4d4f4de2f33ca0a4a34efd42cfa753d768c');
INSERT INTO "audit" VALUES(47,2,21,1795409320000000,3,'sale_posted','{"by":"whole","net":9200,"points":92,"sale":11}','474b692206838cf415d88ff3773eb0fbf5eebce52402abe1710880f81452f4ef');
INSERT INTO "audit" VALUES(48,1,27,1795409620000000,NULL,'pin_wrong','{"in_a_row":1,"person":3,"till":"till 2"}','904c7801de14ddb2237fa36ff74351814d93778066c8d0520edaf38bc26d2319');
INSERT INTO "audit" VALUES(49,1,28,1795409800000000,NULL,'pin_wrong','{"in_a_row":2,"person":3,"till":"till 2"}','67ca6783810653623a38829d782f968de53798ac51d168085205cc74b28f221a');
CREATE TABLE audit_head (
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	mac TEXT NOT NULL, seal TEXT DEFAULT '' NOT NULL, marked INTEGER DEFAULT '0' NOT NULL, marks TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (till_id), 
	CONSTRAINT fk_audit_head_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "audit_head" VALUES(1,28,'67ca6783810653623a38829d782f968de53798ac51d168085205cc74b28f221a','73f5645aa29a5c27fbd7e5fb9382f689',8,'7c11f104ee4cb7f8c6c8794e');
INSERT INTO "audit_head" VALUES(2,21,'474b692206838cf415d88ff3773eb0fbf5eebce52402abe1710880f81452f4ef','427da6ff7c5a04db0abd324f52f638b3',6,'2addf90cd1a641333a264db9');
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
INSERT INTO "batch" VALUES(1,1,1,'ready',2,0,'2026-11-22',1795305580000000,2,0,9,0,NULL,0);
INSERT INTO "batch" VALUES(2,2,2,'ready',1,0,'2026-11-22',1795305640000000,2,0,9,0,NULL,0);
INSERT INTO "batch" VALUES(3,4,4,'ready',4,1,'2026-11-22',1795311040000000,2,0,NULL,0,NULL,0);
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
INSERT INTO "consent" VALUES(1,1,'sms','promotion',1,'import','',2,1795302220000000,3);
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
INSERT INTO "coupon" VALUES(1,'ALT-1001',1,1,1,1,'issued','2026-11-22','2027-02-19',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(2,'ALT-1002',1,1,2,NULL,'redeemed','2026-11-22','2027-02-19',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(3,'ALT-1003',2,2,1,3,'issued','2026-11-22','2027-01-20',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(4,'2111981934407395',3,4,1,NULL,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(5,'2161240925203697',3,4,2,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(6,'2162860758806486',3,4,3,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(7,'2195034470685605',3,4,4,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
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
INSERT INTO "day_total" VALUES('滨河路店','2026-11-19',182000,31,12);
INSERT INTO "day_total" VALUES('滨河路店','2026-11-20',204450,36,12);
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
INSERT INTO "figures_step" VALUES('before',739943,2);
INSERT INTO "figures_step" VALUES('first',739579,2);
INSERT INTO "figures_step" VALUES('last',739942,0);
INSERT INTO "figures_step" VALUES('net',10000,0);
INSERT INTO "figures_step" VALUES('visits',2,0);
INSERT INTO "figures_step" VALUES('visits',3,1);
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
INSERT INTO "guess" VALUES(1,'pin',2,NULL,11827984577,'wrong');
INSERT INTO "guess" VALUES(2,'pin',3,NULL,11828196508,'wrong');
INSERT INTO "guess" VALUES(3,'pin',3,NULL,11828207995,'wrong');
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
INSERT INTO "guess_wait" VALUES('pin',1,0,11825413750);
INSERT INTO "guess_wait" VALUES('pin',2,1,11827984577);
INSERT INTO "guess_wait" VALUES('pin',3,2,11828207995);
CREATE TABLE import_batch (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	file_name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created INTEGER NOT NULL, 
	updated INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, totals TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_import_batch PRIMARY KEY (id), 
	CONSTRAINT ck_import_batch_state CHECK (state IN ('writing', 'showing', 'done', 'undone')), 
	CONSTRAINT fk_import_batch_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
INSERT INTO "import_batch" VALUES(1,'products','goods.csv','019f5b046c0195384a9ea0cee98329887fd0d9a4e1db271be45a6993b30553e4','done',3,0,1795301140000000,2,'{}');
INSERT INTO "import_batch" VALUES(2,'products','goods-new.csv','94a12d1f4daabafc5bb4b1aca28c39dc3e64460e209794229c44806b961b4f98','done',1,2,1795301500000000,2,'{}');
INSERT INTO "import_batch" VALUES(3,'members','members.csv','84ea283d2aea60ae6e22dfb17def17e6e4cbcc0b8ce7cf6856ad5e233edf6b18','done',3,0,1795301920000000,2,'{"points": 158, "spent_to_date": 0}');
INSERT INTO "import_batch" VALUES(4,'members','phones.csv','484dbab71b44b59898418cbd84067e4fb02cf033301a5f28ebb3f078d4bf2039','done',1,2,1795302760000000,2,'{"points": 0, "spent_to_date": 0}');
INSERT INTO "import_batch" VALUES(5,'points','points.csv','2e96f2e296d43dc119b1c46d259f2d541e3399d6f2f0f9b1b563c95d98b4126b','done',1,0,1795303240000000,2,'{"points": 55}');
INSERT INTO "import_batch" VALUES(6,'opt-outs','stops.csv','a8353c642d3ea0a400c95daee61397ae614f131056c9253d134ed4b493605c5d','done',2,0,1795303840000000,2,'{}');
INSERT INTO "import_batch" VALUES(7,'offers','offers.csv','1d32740348c2e3b87d7649024ea9d45cbbd053cd4c75db620090ee46b1e708a3','done',2,0,1795304320000000,2,'{}');
INSERT INTO "import_batch" VALUES(8,'offer-products','scopes.csv','611f15a48b168600f927255fecb6e8a8bc7b9d7945dbcbbc846738e2ed567aaf','done',1,0,1795304860000000,2,'{}');
INSERT INTO "import_batch" VALUES(9,'coupons','coupons.csv','cb11f129f18db6a4be4dc5ce87663647bd75653478ea48365e962d0dad45a0bc','done',3,0,1795305460000000,2,'{}');
INSERT INTO "import_batch" VALUES(10,'sales','sales.csv','41c4575bd11e83f840d569b557e82fea1c694f101e356fa14b2cfc1b0fc8bdc3','done',3,0,1795305940000000,2,'{"amount": 16300}');
INSERT INTO "import_batch" VALUES(11,'redemptions','used.csv','b7c88479783fec15397db1e2008e57b469af01541485bc6d2d4f997a4ac3b388','done',1,0,1795306660000000,2,'{"discount": 1000}');
INSERT INTO "import_batch" VALUES(12,'day-totals','days.csv','b92e9554a861631c989d7e370502dcc3129b2404e77736283a89d144ee234bec','done',2,0,1795307140000000,2,'{"net_sales": 386450}');
INSERT INTO "import_batch" VALUES(13,'sales','wrong.csv','a86209e6710ff6f2c721b935acb1741d2fe5acf05ae8bbfdc7292f284045ca9c','undone',1,0,1795307500000000,2,'{"amount": 2500}');
CREATE TABLE import_change (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	table_name TEXT NOT NULL, 
	row_key TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	CONSTRAINT pk_import_change PRIMARY KEY (id), 
	CONSTRAINT fk_import_change_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id)
)
 STRICT

;
INSERT INTO "import_change" VALUES(1,2,'product','{"id": 1}','{"price": 8800, "cost": null}');
INSERT INTO "import_change" VALUES(2,2,'product','{"id": 3}','{"name": "\u963f\u83ab\u897f\u6797", "cost": null, "medicine": ""}');
INSERT INTO "import_change" VALUES(3,4,'member','{"id": 3}','{"phone": null, "name": "\u5f20\u4f1f", "email": ""}');
INSERT INTO "import_change" VALUES(4,4,'member_tag','{"member_id": 3, "tag": "\u8336\u5ba2"}','null');
INSERT INTO "import_change" VALUES(5,4,'member','{"id": 2}','{"name": "\u738b\u5c0f\u4e50"}');
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
CREATE TABLE import_waiting (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	points INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_import_waiting PRIMARY KEY (id), 
	CONSTRAINT ck_import_waiting_kind CHECK (kind IN ('points', 'uses')), 
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
INSERT INTO "learned" VALUES('pairs','2025-11-23','2026-11-22',4,'{}',1795407940000000);
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
INSERT INTO "member" VALUES(1,'OLD-1','+8613800138000','李小梅','','1988-02-29','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',2,1795302040000000,3,NULL,'','',NULL,NULL,0,NULL);
INSERT INTO "member" VALUES(2,'OLD-2','+8613900139000','王乐乐','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',2,1795302040000000,3,NULL,'','',NULL,NULL,0,NULL);
INSERT INTO "member" VALUES(3,'OLD-3','+8613700137000','张炜','','','solar','zhang@example.com','','',NULL,NULL,NULL,NULL,'live','2026-11-22',2,1795302040000000,3,NULL,'','',NULL,NULL,0,NULL);
INSERT INTO "member" VALUES(4,'NEW-1','+8613600136000','陈晨','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',2,1795302880000000,4,NULL,'','',NULL,NULL,0,NULL);
INSERT INTO "member" VALUES(5,'2275472945173369','+8613500135000','Bär Jo','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',3,1795310620000000,NULL,NULL,'','',NULL,NULL,0,NULL);
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
INSERT INTO "member_figures" VALUES(1,0,'2026-11-22','2026-03-02','2026-11-22','2025-11-24','2026-03-02','2026-03-02','2026-11-22','2026-10-24','2026-03-02','2026-11-22',3,39940,3,39940);
INSERT INTO "member_figures" VALUES(2,1,'2026-11-22','2026-08-09','2026-11-22','2025-11-24','2026-08-09','2026-08-09','2026-11-22','2026-10-24','2026-08-09','2026-11-22',2,10000,2,10000);
INSERT INTO "member_figures" VALUES(5,0,NULL,NULL,NULL,'2025-11-24',NULL,NULL,NULL,'2026-10-24',NULL,NULL,0,0,0,0);
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
INSERT INTO "member_tag" VALUES(1,'常客',0,'2026-11-22',2,NULL);
INSERT INTO "member_tag" VALUES(3,'茶客',0,'2026-11-22',2,NULL);
CREATE TABLE name_key (
	"key" TEXT NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT pk_name_key PRIMARY KEY ("key", name)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "name_key" VALUES('bär jo','Bär Jo');
INSERT INTO "name_key" VALUES('jo','Bär Jo');
INSERT INTO "name_key" VALUES('w','张炜');
INSERT INTO "name_key" VALUES('zw','张炜');
INSERT INTO "name_key" VALUES('张炜','张炜');
INSERT INTO "name_key" VALUES('炜','张炜');
INSERT INTO "name_key" VALUES('lxm','李小梅');
INSERT INTO "name_key" VALUES('m','李小梅');
INSERT INTO "name_key" VALUES('xm','李小梅');
INSERT INTO "name_key" VALUES('小梅','李小梅');
INSERT INTO "name_key" VALUES('李小梅','李小梅');
INSERT INTO "name_key" VALUES('梅','李小梅');
INSERT INTO "name_key" VALUES('l','王乐乐');
INSERT INTO "name_key" VALUES('ll','王乐乐');
INSERT INTO "name_key" VALUES('wll','王乐乐');
INSERT INTO "name_key" VALUES('yll','王乐乐');
INSERT INTO "name_key" VALUES('乐','王乐乐');
INSERT INTO "name_key" VALUES('乐乐','王乐乐');
INSERT INTO "name_key" VALUES('王乐乐','王乐乐');
INSERT INTO "name_key" VALUES('c','陈晨');
INSERT INTO "name_key" VALUES('cc','陈晨');
INSERT INTO "name_key" VALUES('晨','陈晨');
INSERT INTO "name_key" VALUES('陈晨','陈晨');
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
INSERT INTO "offer" VALUES(1,'W10','欢迎券','','running',1795304440000000,2,7);
INSERT INTO "offer" VALUES(2,'TEA5','茶券','','running',1795304500000000,2,7);
INSERT INTO "offer" VALUES(3,'BIG','BIG','','running',1795309480000000,2,NULL);
INSERT INTO "offer" VALUES(4,'A20','A20','','running',1795309720000000,2,NULL);
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
INSERT INTO "offer_scope" VALUES(2,'product','TEA',8);
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
INSERT INTO "offer_use" VALUES(3,1560,2);
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
INSERT INTO "offer_version" VALUES(1,1,1,'threshold_off',1000,NULL,5000,NULL,NULL,90,NULL,NULL,1,1,0,'{}');
INSERT INTO "offer_version" VALUES(2,2,1,'amount_off',500,NULL,NULL,NULL,NULL,60,NULL,NULL,1,1,0,'{}');
INSERT INTO "offer_version" VALUES(3,3,1,'threshold_off',1000,NULL,10000,NULL,NULL,NULL,NULL,NULL,1,1,1,'{"budget": 50000}');
INSERT INTO "offer_version" VALUES(4,4,1,'threshold_off',2000,NULL,10000,NULL,NULL,30,NULL,NULL,1,1,0,'{}');
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
	staff_id INTEGER NOT NULL, 
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
INSERT INTO "point_entry" VALUES(1,1,1,'opening',128,'2026-11-22',1795302520000000,NULL,2,NULL,'',3,NULL,'e8d3a832d06987dfa0a60720');
INSERT INTO "point_entry" VALUES(2,2,2,'opening',30,'2026-11-22',1795302520000000,NULL,2,NULL,'',3,NULL,'90837d079dca4e76c2a36677');
INSERT INTO "point_entry" VALUES(3,3,3,'opening',55,'2026-01-05',1795303660000000,NULL,2,NULL,'ref =OLD-3|2026-01-05|2027-01-05|55|1',5,NULL,'c42a92e243fc12f31bcac1b3');
INSERT INTO "point_entry" VALUES(4,4,1,'earn',138,'2026-03-02',1795306420000000,1,2,NULL,'',10,NULL,'4568d4e84720a530effd5701');
INSERT INTO "point_entry" VALUES(5,5,2,'earn',25,'2026-08-09',1795306420000000,2,2,NULL,'',10,NULL,'202c46a89e04ccb1ad38f75a');
INSERT INTO "point_entry" VALUES(6,6,1,'earn',25,'2026-10-10',1795307980000000,3,2,NULL,'',13,NULL,'fbe121acea8d3eefaef8f987');
INSERT INTO "point_entry" VALUES(7,6,1,'reverse',-25,'2026-10-10',1795308520000000,NULL,NULL,6,'import_undone',NULL,NULL,'e4ef0faf88d483ba5742cb80');
INSERT INTO "point_entry" VALUES(8,7,1,'earn',150,'2026-11-22',1795312180000000,4,3,NULL,'',NULL,NULL,'b853e3c2dc66b88673ac5402');
INSERT INTO "point_entry" VALUES(9,8,1,'earn',199,'2026-11-22',1795313260000000,5,3,NULL,'',NULL,NULL,'aac0da02135069f0a4ff47e1');
INSERT INTO "point_entry" VALUES(10,9,2,'earn',75,'2026-11-22',1795314340000000,6,3,NULL,'',NULL,NULL,'99889eb22811335b32f78459');
INSERT INTO "point_entry" VALUES(11,8,1,'claw_back',-88,'2026-11-22',1795315120000000,7,2,NULL,'',NULL,NULL,'ba210a905b6eb87604784bf6');
INSERT INTO "point_entry" VALUES(12,10,5,'earn',99,'2026-11-22',1795316020000000,8,3,NULL,'',NULL,NULL,'4c519ba36509687302d19055');
INSERT INTO "point_entry" VALUES(13,10,5,'reverse',-99,'2026-11-22',1795316800000000,9,3,12,'',NULL,NULL,'ce518a21d7fb74954b739e6f');
INSERT INTO "point_entry" VALUES(14,11,2,'earn',92,'2026-11-23',1795409080000000,11,3,NULL,'',NULL,NULL,'23c64ffc8473bff89620d439');
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
INSERT INTO "point_lot" VALUES(2,2,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(3,3,'2027-01-05','2026-01-05',NULL,0);
INSERT INTO "point_lot" VALUES(4,1,'2027-12-31','2026-03-02',NULL,0);
INSERT INTO "point_lot" VALUES(5,2,'2027-12-31','2026-08-09',NULL,0);
INSERT INTO "point_lot" VALUES(6,1,'2027-12-31','2026-10-10',NULL,0);
INSERT INTO "point_lot" VALUES(7,1,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(8,1,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(9,2,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(10,5,'2027-12-31','2026-11-22',NULL,0);
INSERT INTO "point_lot" VALUES(11,2,'2027-12-31','2026-11-23',NULL,0);
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
	import_id INTEGER, no_promotion INTEGER DEFAULT '0' NOT NULL, medicine TEXT DEFAULT '' NOT NULL CONSTRAINT ck_product_medicine CHECK (medicine IN ('', 'rx', 'otc_a', 'otc_b')), 
	CONSTRAINT pk_product PRIMARY KEY (id), 
	CONSTRAINT fk_product_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT uq_product_sku UNIQUE (sku)
)
 STRICT

;
INSERT INTO "product" VALUES(1,'TEA','6901234567892','龙井茶','茶','龙',9200,4000,0,1,0,'');
INSERT INTO "product" VALUES(2,'CUP','','马克杯','杯','',2500,NULL,0,1,0,'');
INSERT INTO "product" VALUES(3,'RX','','阿莫西林胶囊','药','',1990,990,0,1,0,'rx');
INSERT INTO "product" VALUES(4,'POT','','紫砂壶','','',36000,NULL,0,2,0,'');
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
INSERT INTO "product_facts" VALUES(1,'茶','龙',0,0,'');
INSERT INTO "product_facts" VALUES(2,'杯','',0,0,'');
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
INSERT INTO "product_pair" VALUES(1,1,2);
INSERT INTO "product_pair" VALUES(2,2,4);
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
INSERT INTO "redemption" VALUES(1,2,1,1,NULL,NULL,NULL,2,1795230000000000,'2026-11-21',1795306960000000,1000,0,NULL,NULL,'=ALT-1002|2026-11-21 11:00||1','',NULL,NULL,NULL,'',11,'',NULL,'',NULL);
INSERT INTO "redemption" VALUES(2,4,1,4,4,1,2,3,1795311880000000,'2026-11-22',1795311880000000,2000,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'',NULL,'',NULL);
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
INSERT INTO "refused_scan" VALUES(1,1795318360000000,'2026-11-22',2,3,'0001','not_found',NULL);
INSERT INTO "refused_scan" VALUES(2,1795319020000000,'2026-11-22',2,3,'7395','already_redeemed',4);
CREATE TABLE rule (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_rule PRIMARY KEY ("key")
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "rule" VALUES('rounding','0.1');
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
INSERT INTO "sale" VALUES(1,'R-1',NULL,NULL,'滨河路店','store',NULL,2,1,'posted','2026-03-02',1772416800000000,1772416800000000,1795306060000000,13800,0,0,13800,0,'[]','import',NULL,10,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(2,'R-2',NULL,NULL,'滨河路店','store',NULL,2,2,'posted','2026-08-09',1786270800000000,1786270800000000,1795306060000000,2500,0,0,2500,0,'[]','import',NULL,10,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(3,'2347803911946955',NULL,NULL,'滨河路店','store',NULL,2,1,'dropped','2026-10-10',1791604800000000,1791604800000000,1795307620000000,2500,0,0,2500,0,'[]','import',NULL,13,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(4,'2379642153939598',NULL,'76fb45270375b21ab267f3b0f0e5b6753e4693b69bdbede3445c52aa3380b552','滨河路店','store',2,3,1,'posted','2026-11-22',1795311400000000,1795312120000000,1795311400000000,18000,3000,0,15000,0,'[{"step":"order","offer":"BIG","eligible":18000,"discount":1000},{"step":"coupon","redemption":2,"eligible":17000,"discount":2000}]','whole',NULL,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(5,'2374386086577253',NULL,'7c4c8b20624b0c22147a867876cd8ddf67aea0da41f6f417869274ee73f796af','滨河路店','store',2,3,1,'posted','2026-11-22',1795312720000000,1795313200000000,1795312720000000,20900,1000,0,19900,0,'[{"step":"order","offer":"BIG","eligible":20900,"discount":1000}]','whole',NULL,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(6,'2333349774458877',NULL,'4d9fb37e14dae8985610109b2ff2310ac8e3b18c7f218ebeacab955c2ead1c89','滨河路店','store',2,3,2,'posted','2026-11-22',1795313800000000,1795314280000000,1795313800000000,7500,0,0,7500,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(7,'2391827048291269',NULL,NULL,'滨河路店','store',1,2,1,'posted','2026-11-22',1795314940000000,1795314940000000,1795314940000000,-9200,-440,0,-8760,0,'[{"points_given_back":0,"points_taken_back":88,"points_missing":0,"shortfall":"","coupons_back":[],"coupons_kept":[],"coupons_void":[],"stamps_taken_back":0}]','returned',NULL,NULL,0,10000,5,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(8,'2310006758923694',NULL,'af1379e0829dc13dafd52ca643c7dc998a6c1cc5cf2ccbac15be3183027f2dbd','滨河路店','store',2,3,5,'voided','2026-11-22',1795315480000000,1795315960000000,1795315480000000,9900,0,0,9900,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(9,'2349453950783118',NULL,NULL,'滨河路店','store',2,3,5,'posted','2026-11-22',1795316740000000,1795316740000000,1795316740000000,-9900,0,0,-9900,0,'[]','void',8,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(10,'2319430133036015',NULL,NULL,'滨河路店','store',2,3,1,'dropped','2026-11-22',1795317160000000,1795317160000000,1795317160000000,20000,1000,0,19000,0,'[{"step":"order","offer":"BIG","eligible":20000,"discount":1000}]','',NULL,NULL,0,10000,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0);
INSERT INTO "sale" VALUES(11,'2383721884935844',NULL,'e58ab8bad04445d0ac12951a1aded511ba1babbf6222317e8889a4a19a14c228','滨河路店','store',2,3,2,'posted','2026-11-23',1795408540000000,1795409020000000,1795408540000000,9200,0,0,9200,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL,1,100,0,NULL,NULL,NULL,0);
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
INSERT INTO "sale_line" VALUES(1,1,1,1000,NULL,0,8800,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(1,2,2,2000,NULL,0,5000,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(2,1,2,1000,NULL,0,2500,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(3,1,2,1000,NULL,0,2500,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(4,1,NULL,1000,18000,0,18000,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(5,1,1,2000,9200,0,18400,NULL,1,0);
INSERT INTO "sale_line" VALUES(5,2,2,1000,2500,0,2500,NULL,2,0);
INSERT INTO "sale_line" VALUES(6,1,2,3000,2500,0,7500,NULL,2,0);
INSERT INTO "sale_line" VALUES(7,1,1,-1000,9200,0,-9200,1,NULL,0);
INSERT INTO "sale_line" VALUES(8,1,NULL,1000,9900,0,9900,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(9,1,NULL,-1000,9900,0,-9900,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(10,1,NULL,1000,20000,0,20000,NULL,NULL,0);
INSERT INTO "sale_line" VALUES(11,1,1,1000,9200,0,9200,NULL,1,0);
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
INSERT INTO "sale_step" VALUES(1,4,'order',3,3,1000);
INSERT INTO "sale_step" VALUES(2,5,'order',3,3,1000);
INSERT INTO "sale_step" VALUES(3,7,'order',3,3,-440);
INSERT INTO "sale_step" VALUES(4,10,'order',3,3,1000);
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
INSERT INTO "scannable" VALUES('2111981934407395','coupon',4);
INSERT INTO "scannable" VALUES('2161240925203697','coupon',5);
INSERT INTO "scannable" VALUES('2162860758806486','coupon',6);
INSERT INTO "scannable" VALUES('2195034470685605','coupon',7);
INSERT INTO "scannable" VALUES('2275472945173369','member',5);
INSERT INTO "scannable" VALUES('2310006758923694','receipt',8);
INSERT INTO "scannable" VALUES('2319430133036015','receipt',10);
INSERT INTO "scannable" VALUES('2333349774458877','receipt',6);
INSERT INTO "scannable" VALUES('2374386086577253','receipt',5);
INSERT INTO "scannable" VALUES('2379642153939598','receipt',4);
INSERT INTO "scannable" VALUES('2383721884935844','receipt',11);
INSERT INTO "scannable" VALUES('2391827048291269','receipt',7);
INSERT INTO "scannable" VALUES('2441890093251981','staff',1);
INSERT INTO "scannable" VALUES('2479517677349326','staff',2);
INSERT INTO "scannable" VALUES('2492117380565580','staff',3);
INSERT INTO "scannable" VALUES('6901234567892','product',1);
INSERT INTO "scannable" VALUES('alt-1001','coupon',1);
INSERT INTO "scannable" VALUES('alt-1002','coupon',2);
INSERT INTO "scannable" VALUES('alt-1003','coupon',3);
INSERT INTO "scannable" VALUES('new-1','member',4);
INSERT INTO "scannable" VALUES('old-1','member',1);
INSERT INTO "scannable" VALUES('old-2','member',2);
INSERT INTO "scannable" VALUES('old-3','member',3);
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
	created_at INTEGER NOT NULL, decimals INTEGER DEFAULT '2' NOT NULL, region TEXT DEFAULT '' NOT NULL, sealed INTEGER DEFAULT '0' NOT NULL, offers_changed INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_shop PRIMARY KEY (id), 
	CONSTRAINT ck_shop_single CHECK (id = 1)
)
 STRICT

;
INSERT INTO "shop" VALUES(1,'59ac295cccd8a384','禾田生活','滨河路店','CNY','Asia/Shanghai',1,'6c468580bd49a5fa1f47cd59d79cb71b5ce56fcbb3616310c6860c17ea7dd70c',1795409860000000,1795300060000000,2,'CN',1,4);
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
INSERT INTO "staff" VALUES(1,'陈','owner','2441890093251981','$argon2id$v=19$m=64,t=1,p=1$ArXu/FTQ6V6Qd/0ghCFaEg$cozr8HsxNlo7f2IhFHLoQBFhP5brDejP0LsJq1BPaSE',6,'860274',0,1795300120000000,NULL);
INSERT INTO "staff" VALUES(2,'赵','manager','2479517677349326','$argon2id$v=19$m=64,t=1,p=1$k/JewesVoKQfOXMhzUALBg$Mot9pIzB3JTL1p5aFA9jNr0KG7Vom0YQumT/AA0gPrs',6,'749183',0,1795300540000000,NULL);
INSERT INTO "staff" VALUES(3,'王芳','cashier','2492117380565580','$argon2id$v=19$m=64,t=1,p=1$1w2nqzi6c7H0tjjdQbDpvg$9gHvpSnalGFkUwcG4+Q4iXRpJPcpiko7HOTV7v4egwA',4,'3864',0,1795300780000000,NULL);
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
INSERT INTO "stage_change" VALUES(1,5,'2026-11-23','','prospect');
INSERT INTO "stage_change" VALUES(2,4,'2026-11-23','','prospect');
INSERT INTO "stage_change" VALUES(3,3,'2026-11-23','','prospect');
INSERT INTO "stage_change" VALUES(4,1,'2026-11-23','','back');
INSERT INTO "stage_change" VALUES(5,2,'2026-11-23','','back');
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
INSERT INTO "step_share" VALUES(1,1,1000);
INSERT INTO "step_share" VALUES(2,1,880);
INSERT INTO "step_share" VALUES(2,2,120);
INSERT INTO "step_share" VALUES(3,1,-440);
INSERT INTO "step_share" VALUES(4,1,1000);
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
INSERT INTO "suppression" VALUES('sms','da167803cadc88a65d2ae8fad9d384581b3a7f77d818287c279d46d62ceebe0a','退订',1795304020000000,2,6);
INSERT INTO "suppression" VALUES('sms','eee1ebd8e4bb8f8f9f743c14fa73c4afa271a21e9c8a1b0b4a7b2bbee90eee40','不要短信',1795303960000000,2,6);
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
INSERT INTO "tier" VALUES(1,'金卡',50000,500,15000);
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
COMMIT;
