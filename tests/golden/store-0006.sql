-- A store as version 0.6 wrote it: a budget, stacking coupons, exchanged points, a bill put aside, an amount to come, an override, a lunar birthday.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
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
INSERT INTO "allocation" VALUES(1,1,2000);
INSERT INTO "allocation" VALUES(2,1,2000);
INSERT INTO "allocation" VALUES(3,1,2000);
INSERT INTO "allocation" VALUES(4,1,500);
INSERT INTO "allocation" VALUES(6,1,2000);
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
INSERT INTO "audit" VALUES(1,1,1,1795300180000000,1,'staff_added','{"role":"owner","staff":1}','2f4304dd0d11c4dcb28c3f67915c98033ffd344f5ae3f7a1b7b1ff5ab129b83a');
INSERT INTO "audit" VALUES(2,2,1,1795300540000000,1,'staff_added','{"role":"manager","staff":2}','81606094a9ed15422f6c04bfcb0dd0bbb333200aa9d9c65951b5aaf14f3cf49e');
INSERT INTO "audit" VALUES(3,2,2,1795300720000000,1,'staff_added','{"role":"cashier","staff":3}','f7121f15ee53da0fa3e6ff55dd27fe0867b79dc552bacf440bb9afbe5328c630');
INSERT INTO "audit" VALUES(4,2,3,1795301620000000,2,'imported','{"batch":1,"created":3,"kind":"products","rows":3,"unchanged":0,"updated":0}','3e533e26fa23960b55f8113e760658f64d828aef9b354d45014976b9fdd103d9');
INSERT INTO "audit" VALUES(5,2,4,1795302100000000,2,'imported','{"batch":2,"created":2,"kind":"members","rows":2,"unchanged":0,"updated":0}','9b85aaa5c30b00ace24941804dfc3c35f0455e0d2f756dbf9f58860be377705a');
INSERT INTO "audit" VALUES(6,2,5,1795302460000000,2,'imported','{"batch":3,"created":3,"kind":"sales","rows":3,"unchanged":0,"updated":0}','c0a04ad1bf4be8f6f7c12db13183498e4de272bd6b2f078374f82858500265a3');
INSERT INTO "audit" VALUES(7,2,6,1795302640000000,2,'offer_kept','{"offer":"A20"}','5214aed35dcdc103c912591163ce1622a0cf619ae08558e5618c4ddb6e081dd8');
INSERT INTO "audit" VALUES(8,2,7,1795302820000000,2,'offer_kept','{"offer":"P5"}','04f1b3139f1cd9cdde2bcb04b19f76ae99aa03a83d9bea9a5ae0fe236daa3aee');
INSERT INTO "audit" VALUES(9,2,8,1795303000000000,2,'offer_kept','{"offer":"AUTO"}','8fed5a24d00f89f10bb6a56c80e58a23a95fe13ef166918dadadedb8d32e05c2');
INSERT INTO "audit" VALUES(10,2,9,1795303180000000,2,'offer_kept','{"offer":"TWICE"}','2eb390e2127079564af400c2a4e9dc5dc15012aebc281793a91baa99565e1021');
INSERT INTO "audit" VALUES(11,2,10,1795303360000000,2,'offer_kept','{"offer":"CUP"}','9656175a0847782030e0f0a3a16429a8305ca8189ccbddc37b0d4f7b1b11e14e');
INSERT INTO "audit" VALUES(12,2,11,1795303540000000,2,'offer_kept','{"offer":"FREE"}','99c612cfa428898d43b08d84c7b055b91cae1d07fb378c07a27d286d1c4bfbcd');
INSERT INTO "audit" VALUES(13,2,12,1795303660000000,1,'tier_kept','{"off":0,"points_times":12000,"threshold":50000,"tier":"银卡"}','8231a39e26da196cf2db699506a9357bc3a6631ea8e6a6960e5817688464aa09');
INSERT INTO "audit" VALUES(14,2,13,1795303780000000,1,'tier_kept','{"off":500,"points_times":15000,"threshold":100000,"tier":"金卡"}','1ec8ea359d5ff3d3b8ac562fe1390df1b59c1179fd86aa55233c6af1b76f2300');
INSERT INTO "audit" VALUES(15,3,1,1795304140000000,3,'member_registered','{"consent":["sms"],"member":3}','51216b3941dd1c04e1676c1d83b8e09558ad43abfe18364001bb578c6d7b6958');
INSERT INTO "audit" VALUES(16,3,2,1795304500000000,3,'member_registered','{"consent":[],"member":4}','05ff96199fbf976f0a9bc9e7dbe0a807f4847ed83c1ee4b8c55dfaa8875ea6fd');
INSERT INTO "audit" VALUES(17,2,14,1795304980000000,2,'batch_issued','{"batch":1,"count":6,"first":1,"last":6,"offer":"A20","sha256":"fda17e3d206197d1b0bc7268a550a09f249637ed08eec6ff3d7a322da534d632"}','01119b2482cc0a545a7c9bba23d09b58c609ddbe8930850158084352d010f9a7');
INSERT INTO "audit" VALUES(18,2,15,1795305100000000,2,'batch_printed','{"batch":1,"count":6}','e253ea08fc6b0798bf921efe4621f3083c4d476234b09392b7d6ca487db17329');
INSERT INTO "audit" VALUES(19,3,3,1795305880000000,3,'coupon_redeemed','{"coupon":1,"discount":2000,"redemption":1,"sale":4}','4e8a178b7d99cba58debef9d40ebca757a5097ed408511cf15169d05107ef6d4');
INSERT INTO "audit" VALUES(20,3,4,1795306180000000,3,'sale_posted','{"by":"whole","net":10800,"points":216,"sale":4}','82948567428c59087feba55c98383f9b032ae2be861d530a51de45fd8d55f6e2');
INSERT INTO "audit" VALUES(21,3,5,1795307020000000,3,'sale_posted','{"by":"whole","net":9972,"points":199,"sale":5}','04b762f4f9676c7a40ae6d8aa390ab8fab4cb3fb9288e8ef3ae60e70257b80da');
INSERT INTO "audit" VALUES(22,2,16,1795307680000000,2,'goods_returned','{"back":6,"cash":792,"everything":false,"sale":5}','88ba35524cd3e9ab457ef5e86a375048e136fc5f96175c880c9ccd824242dd41');
INSERT INTO "audit" VALUES(23,3,6,1795308400000000,3,'coupon_redeemed','{"coupon":2,"discount":2000,"redemption":2,"sale":7}','9e1a41f74fae9e3168f4e29136062572a5f50ecf79200af1845cdcb802144f09');
INSERT INTO "audit" VALUES(24,3,7,1795308580000000,3,'sale_posted','{"by":"whole","net":13000,"points":0,"sale":7}','d80b0a81d920ddb560937fb20fd5bb343dd07dc4411acc6eb7219be9b1a2ac0f');
INSERT INTO "audit" VALUES(25,2,17,1795309060000000,2,'redemption_reversed','{"reason":"returned","redemption":2}','9651f9733e4e2ef3cc69bc226dacb0095ee5ef36e5a024ba64724efea81439a4');
INSERT INTO "audit" VALUES(26,2,18,1795309240000000,2,'goods_returned','{"back":8,"cash":13000,"everything":true,"sale":7}','ad2dca45b612986f1782494a1d2ff17c7b771bf27f59ce63bf1b620c70557cec');
INSERT INTO "audit" VALUES(27,3,8,1795310020000000,3,'coupon_redeemed','{"coupon":3,"discount":2000,"redemption":3,"sale":9}','b87d025837a446ed493784deb2cc6006d77fa397d939a8dee91c39b2fe2375a1');
INSERT INTO "audit" VALUES(28,3,9,1795310320000000,3,'sale_posted','{"by":"whole","net":13000,"points":260,"sale":9}','a818a8f0acd47b923c27e74ef97639a80c2734640e0267b143eedc9cd34f83f2');
INSERT INTO "audit" VALUES(29,2,19,1795310680000000,2,'redemption_reversed','{"reason":"错单","redemption":3}','1d8bd609c3bbebac9cd82395bb697c76d9f4178044cf82186233b346299bf96e');
INSERT INTO "audit" VALUES(30,2,20,1795310920000000,2,'sale_taken_back','{"reason":"错单","sale":9}','decea18e9b81b5e3b3f1eeb8bfe184c3e8e5ee6a27a9bcf5f4c7c7dc2fbf080a');
INSERT INTO "audit" VALUES(31,2,21,1795311220000000,2,'points_adjusted','{"member":3,"points":400,"reason":"道歉"}','6a5cb03a811bcf9b19c1888610dc741990c47d7c29f38c4a075de1e66498978f');
INSERT INTO "audit" VALUES(32,2,22,1795311580000000,2,'points_exchanged','{"coupon":7,"member":3,"points":100}','441b20b577328ac737ca65bbb35c88eaddca20711def0cd9379e755fec43a2a3');
INSERT INTO "audit" VALUES(33,2,23,1795311940000000,2,'points_exchanged','{"coupon":8,"member":3,"points":100}','4a44bedfc40ff9477ee4fb217491c57cb1676ee20dfdbcd7833e5ebace0267dd');
INSERT INTO "audit" VALUES(34,3,10,1795312720000000,3,'coupon_redeemed','{"coupon":7,"discount":500,"redemption":4,"sale":11}','22475e743cfbeaf5a277a75a0cf4e789af67e2cf0c5a1b76a5d28e6fc01a5003');
INSERT INTO "audit" VALUES(35,3,11,1795313380000000,3,'sale_posted','{"by":"whole","net":2400,"points":48,"sale":11}','31bf9864fc16c8641ceffcabfdc2b8ae2f39bcaaa1c976270d32287c4cafa760');
INSERT INTO "audit" VALUES(36,3,12,1795314460000000,3,'bill_suspended','{"coupons":1,"points":100,"sale":12}','e9e4fe21b45d79e5408a34d3437181c3ca889dde9edf6ca5ead6a7b7d8598f73');
INSERT INTO "audit" VALUES(37,3,13,1795315300000000,3,'coupon_redeemed','{"coupon":8,"discount":500,"redemption":5,"sale":13}','2b09d5be923dde1ac0eff5cd37801999398acaefba3664c911640126766c9f3e');
INSERT INTO "audit" VALUES(38,3,14,1795315420000000,3,'sale_posted','{"by":"whole","net":null,"points":0,"sale":13}','53bc864a437b63f7ea3421ae1c0aad5900e7ad144a0d137efacb814aa556f526');
INSERT INTO "audit" VALUES(39,2,24,1795315840000000,2,'imported','{"batch":4,"created":1,"kind":"coupons","rows":1,"unchanged":0,"updated":0}','dd711f73e9029fe45546ed12d0d79cd019d97ddc3560707dc46531fef0ae8ee1');
INSERT INTO "audit" VALUES(40,3,15,1795317880000000,3,'coupon_redeemed','{"approved_by":2,"coupon":9,"discount":2000,"override":"manager","reason":"老顾客","redemption":6,"sale":14}','22bd92d5887d36d17984291b43ac935bf847436402572001d776009a5efa6abe');
INSERT INTO "audit" VALUES(41,3,16,1795318060000000,3,'sale_posted','{"by":"whole","net":13000,"points":0,"sale":14}','1c9f7031c5522f2a3e1c09f1f770bd35ba0b49e034ff311f4c80715cdff04288');
INSERT INTO "audit" VALUES(42,2,25,1795318300000000,1,'tier_set','{"member":3,"tier":"金卡"}','4934d28056ce7ac00656347759d093c4a1905a80bda2ef4f636a439f4f58983f');
INSERT INTO "audit" VALUES(43,2,26,1795318600000000,1,'staff_added','{"role":"cashier","staff":4}','0e265e38e4d5bb0b84ef4058c803824751e9efe69ab9e82e8374ffa59cb27957');
INSERT INTO "audit" VALUES(44,2,27,1795318720000000,1,'staff_disabled','{"staff":4}','b5531ef9ed03e2de0efc87e15f5e9807f0d792509f61b089ca38b92cf3a789ab');
INSERT INTO "audit" VALUES(45,2,28,1795318840000000,1,'rule_set','{"key":"undo_minutes","value":"15"}','279c68844269ac71d88e0e6bfff2930209913a203f768e2db1207d5eb1137cf6');
INSERT INTO "audit" VALUES(46,2,29,1795319020000000,1,'member_erased','{"coupons_void":0,"member":4,"reason":"本人要求"}','edbcd3a7f5bb5291dd81505f1274621451f913b487d9c246de2248202cd2b5ac');
CREATE TABLE audit_head (
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (till_id), 
	CONSTRAINT fk_audit_head_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "audit_head" VALUES(1,1,'2f4304dd0d11c4dcb28c3f67915c98033ffd344f5ae3f7a1b7b1ff5ab129b83a');
INSERT INTO "audit_head" VALUES(2,29,'edbcd3a7f5bb5291dd81505f1274621451f913b487d9c246de2248202cd2b5ac');
INSERT INTO "audit_head" VALUES(3,16,'1c9f7031c5522f2a3e1c09f1f770bd35ba0b49e034ff311f4c80715cdff04288');
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
	import_id INTEGER, activate INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT ck_batch_state CHECK (state IN ('issuing', 'ready', 'voided')), 
	CONSTRAINT fk_batch_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_batch_issued_by FOREIGN KEY(issued_by) REFERENCES staff (id), 
	CONSTRAINT fk_batch_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_batch_version_id FOREIGN KEY(version_id) REFERENCES offer_version (id)
)
 STRICT

;
INSERT INTO "batch" VALUES(1,1,1,'ready',6,1,'2026-11-22',1795304800000000,2,6,NULL,0);
INSERT INTO "batch" VALUES(2,2,2,'ready',1,0,'2026-11-22',1795311400000000,2,0,NULL,0);
INSERT INTO "batch" VALUES(3,2,2,'ready',1,0,'2026-11-22',1795311760000000,2,0,NULL,0);
INSERT INTO "batch" VALUES(4,1,1,'ready',1,1,'2026-10-22',1795315720000000,2,0,4,0);
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
INSERT INTO "consent" VALUES(1,3,'sms','promotion',1,'2026-01','',3,1795304080000000,NULL);
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
INSERT INTO "coupon" VALUES(1,'2106402455124399',1,1,1,NULL,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(2,'2124741360871662',1,1,2,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(3,'2138813261730187',1,1,3,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(4,'2156446619502737',1,1,4,NULL,'reserved','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,12);
INSERT INTO "coupon" VALUES(5,'2173095855140457',1,1,5,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(6,'2180526676888287',1,1,6,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(7,'2154465228756767',2,2,1,3,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(8,'2125293042908524',3,2,1,3,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(9,'ALT-77',4,1,1,NULL,'redeemed','2026-10-22','2026-11-20',1,'2026-10-22',NULL,NULL,'',NULL,NULL);
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
	CONSTRAINT ck_import_batch_state CHECK (state IN ('writing', 'done', 'undone')), 
	CONSTRAINT fk_import_batch_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
INSERT INTO "import_batch" VALUES(1,'products','products.csv','9bb76999122c42cddfcaa583b6a01443c55b67dbbb48bf1e9e929744fcd2965d','done',3,0,1795301440000000,2,'{}');
INSERT INTO "import_batch" VALUES(2,'members','members.csv','b37bbf78b6826b0e8ba09844d7bbf44d491900841eba505471b15abb90b24e5f','done',2,0,1795301800000000,2,'{"points": 160, "spent_to_date": 0}');
INSERT INTO "import_batch" VALUES(3,'sales','sales.csv','a3ff22a0056440467be83ccaac921bcac428446ec083132d8112acd53b410bd4','done',3,0,1795302220000000,2,'{"amount": 6850}');
INSERT INTO "import_batch" VALUES(4,'coupons','coupons.csv','40de970668b9575908a725cca82cc803a34f073e3d4dce81fe90dfd5df717b8e','done',1,0,1795315600000000,2,'{}');
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
	import_id INTEGER, password_hash TEXT, password_wrong INTEGER DEFAULT '0' NOT NULL, alert TEXT DEFAULT '' NOT NULL, guardian TEXT DEFAULT '' NOT NULL, referred_by INTEGER CONSTRAINT fk_member_referred_by REFERENCES member (id), merged_into INTEGER CONSTRAINT fk_member_merged_into REFERENCES member (id), 
	CONSTRAINT pk_member PRIMARY KEY (id), 
	CONSTRAINT ck_member_state CHECK (state IN ('live', 'erased')), 
	CONSTRAINT fk_member_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_member_registered_by FOREIGN KEY(registered_by) REFERENCES staff (id), 
	CONSTRAINT uq_member_member_no UNIQUE (member_no)
)
 STRICT

;
INSERT INTO "member" VALUES(1,'OLD-1','+8613900139000','王建国','','1970-08-15','lunar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',2,1795301920000000,2,NULL,0,'','',NULL,NULL);
INSERT INTO "member" VALUES(2,'OLD-2','+8613700137000','张 伟','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',2,1795301920000000,2,NULL,0,'','',NULL,NULL);
INSERT INTO "member" VALUES(3,'2285456196939170','+8613800138000','李小梅','','1988-08-08','solar','','','金卡',NULL,NULL,NULL,NULL,'live','2026-11-22',3,1795304020000000,NULL,NULL,0,'','',NULL,NULL);
INSERT INTO "member" VALUES(4,'2231731578198963',NULL,'','','','solar','','','',NULL,NULL,NULL,NULL,'erased','2026-11-22',3,1795304440000000,NULL,NULL,0,'','',NULL,NULL);
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
INSERT INTO "name_key" VALUES('g','王建国');
INSERT INTO "name_key" VALUES('jg','王建国');
INSERT INTO "name_key" VALUES('lxm','李小梅');
INSERT INTO "name_key" VALUES('m','李小梅');
INSERT INTO "name_key" VALUES('w','张 伟');
INSERT INTO "name_key" VALUES('wjg','王建国');
INSERT INTO "name_key" VALUES('xm','李小梅');
INSERT INTO "name_key" VALUES('yjg','王建国');
INSERT INTO "name_key" VALUES('zw','张 伟');
INSERT INTO "name_key" VALUES('伟','张 伟');
INSERT INTO "name_key" VALUES('国','王建国');
INSERT INTO "name_key" VALUES('小梅','李小梅');
INSERT INTO "name_key" VALUES('建国','王建国');
INSERT INTO "name_key" VALUES('张伟','张 伟');
INSERT INTO "name_key" VALUES('李小梅','李小梅');
INSERT INTO "name_key" VALUES('梅','李小梅');
INSERT INTO "name_key" VALUES('王建国','王建国');
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
INSERT INTO "offer" VALUES(1,'A20','A20','','running',1795302580000000,2,NULL);
INSERT INTO "offer" VALUES(2,'P5','P5','','running',1795302760000000,2,NULL);
INSERT INTO "offer" VALUES(3,'AUTO','AUTO','','running',1795302940000000,2,NULL);
INSERT INTO "offer" VALUES(4,'TWICE','TWICE','','running',1795303120000000,2,NULL);
INSERT INTO "offer" VALUES(5,'CUP','CUP','','running',1795303300000000,2,NULL);
INSERT INTO "offer" VALUES(6,'FREE','FREE','','running',1795303480000000,2,NULL);
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
INSERT INTO "offer_scope" VALUES(3,'category','烘焙',NULL);
INSERT INTO "offer_scope" VALUES(6,'product','MILK',NULL);
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
INSERT INTO "offer_version" VALUES(1,1,1,'threshold_off',2000,NULL,10000,NULL,NULL,30,NULL,NULL,1,1,0,'{"budget": 50000}');
INSERT INTO "offer_version" VALUES(2,2,1,'amount_off',500,NULL,NULL,NULL,NULL,30,NULL,NULL,1,0,0,'{"stackable": true, "group": "P"}');
INSERT INTO "offer_version" VALUES(3,3,1,'percent_off',1000,NULL,NULL,'2026-11-01','2027-01-31',NULL,NULL,3,1,1,1,'{}');
INSERT INTO "offer_version" VALUES(4,4,1,'points_times',20000,NULL,NULL,'2026-11-01','2027-01-31',NULL,NULL,NULL,1,1,1,'{"weekdays": [1, 7]}');
INSERT INTO "offer_version" VALUES(5,5,1,'gift',0,NULL,3000,'2026-11-01','2027-01-31',NULL,NULL,NULL,1,1,1,'{"gifts": ["GIFT"]}');
INSERT INTO "offer_version" VALUES(6,6,1,'amount_off',4590,NULL,NULL,NULL,NULL,60,NULL,NULL,1,0,0,'{}');
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
CREATE TABLE pin_try (
	staff_id INTEGER NOT NULL, 
	till_id INTEGER NOT NULL, 
	wrong INTEGER NOT NULL, 
	free_at INTEGER NOT NULL, 
	CONSTRAINT pk_pin_try PRIMARY KEY (staff_id, till_id), 
	CONSTRAINT fk_pin_try_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_pin_try_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "pin_try" VALUES(3,4,2,1795301320000000);
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
	import_id INTEGER, coupon_id INTEGER CONSTRAINT fk_point_entry_coupon_id REFERENCES coupon (id), 
	CONSTRAINT pk_point_entry PRIMARY KEY (id), 
	CONSTRAINT ck_point_entry_kind CHECK (kind IN ('opening', 'earn', 'burn', 'exchange', 'expire', 'adjust', 'claw_back', 'restore', 'reverse')), 
	CONSTRAINT ck_point_entry_range CHECK (points BETWEEN -1000000000 AND 1000000000 AND points <> 0), 
	CONSTRAINT fk_point_entry_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_point_entry_lot_id FOREIGN KEY(lot_id) REFERENCES point_lot (id), 
	CONSTRAINT fk_point_entry_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_point_entry_reverses_id FOREIGN KEY(reverses_id) REFERENCES point_entry (id), 
	CONSTRAINT fk_point_entry_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id), 
	CONSTRAINT fk_point_entry_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT uq_point_entry_reverses_id UNIQUE (reverses_id)
)
 STRICT

;
INSERT INTO "point_entry" VALUES(1,1,1,'opening',120,'2026-11-22',1795301980000000,NULL,2,NULL,'',2,NULL);
INSERT INTO "point_entry" VALUES(2,2,2,'opening',40,'2026-11-22',1795301980000000,NULL,2,NULL,'',2,NULL);
INSERT INTO "point_entry" VALUES(3,3,3,'earn',216,'2026-11-22',1795306000000000,4,3,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(4,4,3,'earn',199,'2026-11-22',1795306840000000,5,3,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(5,4,3,'claw_back',-16,'2026-11-22',1795307500000000,6,2,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(6,5,3,'earn',260,'2026-11-22',1795310140000000,9,3,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(7,5,3,'reverse',-260,'2026-11-22',1795310860000000,10,2,6,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(8,6,3,'adjust',400,'2026-11-22',1795311160000000,NULL,2,NULL,'道歉',NULL,NULL);
INSERT INTO "point_entry" VALUES(9,3,3,'exchange',-100,'2026-11-22',1795311520000000,NULL,2,NULL,'',NULL,7);
INSERT INTO "point_entry" VALUES(10,3,3,'exchange',-100,'2026-11-22',1795311880000000,NULL,2,NULL,'',NULL,8);
INSERT INTO "point_entry" VALUES(11,3,3,'burn',-16,'2026-11-22',1795313020000000,11,3,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(12,4,3,'burn',-84,'2026-11-22',1795313080000000,11,3,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(13,7,3,'earn',48,'2026-11-22',1795313200000000,11,3,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(14,4,3,'burn',-99,'2026-11-22',1795314340000000,12,3,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(15,6,3,'burn',-1,'2026-11-22',1795314400000000,12,3,NULL,'',NULL,NULL);
CREATE TABLE point_lot (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	expires_on TEXT, 
	opened_on TEXT NOT NULL, active_from TEXT, 
	CONSTRAINT pk_point_lot PRIMARY KEY (id), 
	CONSTRAINT fk_point_lot_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 STRICT

;
INSERT INTO "point_lot" VALUES(1,1,'2026-12-31','2026-11-22',NULL);
INSERT INTO "point_lot" VALUES(2,2,'2026-11-30','2026-11-22',NULL);
INSERT INTO "point_lot" VALUES(3,3,'2027-12-31','2026-11-22',NULL);
INSERT INTO "point_lot" VALUES(4,3,'2027-12-31','2026-11-22',NULL);
INSERT INTO "point_lot" VALUES(5,3,'2027-12-31','2026-11-22',NULL);
INSERT INTO "point_lot" VALUES(6,3,'2027-12-31','2026-11-22',NULL);
INSERT INTO "point_lot" VALUES(7,3,'2027-12-31','2026-11-22',NULL);
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
INSERT INTO "product" VALUES(1,'MILK','6901234567892','晨露纯牛奶','乳品','晨露',4590,3700,0,1,0,'');
INSERT INTO "product" VALUES(2,'BREAD','','吐司','烘焙','',880,400,0,1,0,'');
INSERT INTO "product" VALUES(3,'GIFT','','马克杯','日化','',1990,900,0,1,0,'');
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
	import_id INTEGER, approve_reason TEXT DEFAULT '' NOT NULL, approved_by INTEGER CONSTRAINT fk_redemption_approved_by REFERENCES staff (id), override TEXT DEFAULT '' NOT NULL CONSTRAINT ck_redemption_override CHECK (override IN ('', 'manager', 'allowance', 'emergency')), 
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
INSERT INTO "redemption" VALUES(1,1,1,1,4,3,3,3,1795305760000000,'2026-11-22',1795305760000000,2000,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'',NULL,'');
INSERT INTO "redemption" VALUES(2,2,1,1,7,NULL,3,3,1795308280000000,'2026-11-22',1795308280000000,2000,0,NULL,NULL,NULL,'',1795309000000000,'2026-11-22',2,'returned',NULL,'',NULL,'');
INSERT INTO "redemption" VALUES(3,3,1,1,9,3,3,3,1795309900000000,'2026-11-22',1795309900000000,2000,0,NULL,NULL,NULL,'',1795310620000000,'2026-11-22',2,'错单',NULL,'',NULL,'');
INSERT INTO "redemption" VALUES(4,7,1,2,11,3,3,3,1795312600000000,'2026-11-22',1795312600000000,500,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'',NULL,'');
INSERT INTO "redemption" VALUES(5,8,1,2,13,3,3,3,1795315180000000,'2026-11-22',1795315180000000,500,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'',NULL,'');
INSERT INTO "redemption" VALUES(6,9,1,1,14,NULL,3,3,1795317760000000,'2026-11-22',1795317760000000,2000,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'老顾客',2,'manager');
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
	guess INTEGER NOT NULL, 
	CONSTRAINT pk_refused_scan PRIMARY KEY (id), 
	CONSTRAINT fk_refused_scan_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_refused_scan_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_refused_scan_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "refused_scan" VALUES(1,1795316560000000,'2026-11-22',3,3,'t-77','expired',1,0);
CREATE TABLE rule (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_rule PRIMARY KEY ("key")
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "rule" VALUES('undo_minutes','15');
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
	import_id INTEGER, rounding INTEGER DEFAULT '0' NOT NULL, points_times INTEGER DEFAULT '10000' NOT NULL, returns_id INTEGER CONSTRAINT fk_sale_returns_id REFERENCES sale (id), attached_at INTEGER, attached_by INTEGER CONSTRAINT fk_sale_attached_by REFERENCES staff (id), 
	CONSTRAINT pk_sale PRIMARY KEY (id), 
	CONSTRAINT ck_sale_state CHECK (state IN ('open', 'suspended', 'posted', 'voided', 'dropped')), 
	CONSTRAINT ck_sale_net CHECK (gross IS NULL OR net = gross - discount - points_paid - rounding), 
	CONSTRAINT fk_sale_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_sale_member_id FOREIGN KEY(member_id) REFERENCES member (id), 
	CONSTRAINT fk_sale_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_sale_till_id FOREIGN KEY(till_id) REFERENCES till (id), 
	CONSTRAINT fk_sale_voids_id FOREIGN KEY(voids_id) REFERENCES sale (id), 
	CONSTRAINT uq_sale_request_no UNIQUE (request_no), 
	CONSTRAINT uq_sale_voids_id UNIQUE (voids_id)
)
 STRICT

;
INSERT INTO "sale" VALUES(1,'0001',NULL,NULL,'滨河路店','store',NULL,2,1,'posted','2026-10-01',1790820000000000,1790820000000000,1795302340000000,4590,0,0,4590,0,'[]','import',NULL,3,0,10000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(2,'0001',NULL,NULL,'滨河路店','store',NULL,2,1,'posted','2026-10-02',1790906400000000,1790906400000000,1795302340000000,1760,0,0,1760,0,'[]','import',NULL,3,0,10000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(3,'0002',NULL,NULL,'滨河路店','store',NULL,2,2,'posted','2026-10-02',1790910000000000,1790910000000000,1795302340000000,500,0,0,500,0,'[]','import',NULL,3,0,10000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(4,'2338589922110570','r-1','69831703c0b92790eb31248c9c69917968eec694cacb3dfb8836157add6652c9','滨河路店','store',3,3,3,'posted','2026-11-22',1795305280000000,1795305940000000,1795305280000000,12800,2000,0,10800,0,'[{"step":"coupon","redemption":1,"eligible":12800,"discount":2000}]','whole',NULL,NULL,0,20000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(5,'2307174072349413','r-2','37065a70bdefd0126eaab3139cae6c27bfd390b8695cdc891bc8bb3fa05de451','滨河路店','store',3,3,3,'posted','2026-11-22',1795306420000000,1795306780000000,1795306420000000,12050,2078,0,9972,0,'[{"step":"line","offer":"CUP","eligible":1990,"discount":1990},{"step":"line","offer":"AUTO","eligible":880,"discount":88}]','whole',NULL,NULL,0,20000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(6,'2394916485666931',NULL,NULL,'滨河路店','store',2,2,3,'posted','2026-11-22',1795307320000000,1795307320000000,1795307320000000,-880,-88,0,-792,0,'[]','returned',NULL,NULL,0,20000,5,NULL,NULL);
INSERT INTO "sale" VALUES(7,'2323675539259798',NULL,'9eaf83cdca31ba6eefdb2c9c4059c68c61183f12b9e43ccf7e887b80b61fc775','滨河路店','store',3,3,NULL,'posted','2026-11-22',1795307860000000,1795308460000000,1795307860000000,15000,2000,0,13000,0,'[{"step":"coupon","redemption":2,"eligible":15000,"discount":2000}]','whole',NULL,NULL,0,20000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(8,'2323031608937619',NULL,NULL,'滨河路店','store',2,2,NULL,'posted','2026-11-22',1795308760000000,1795308760000000,1795308760000000,-15000,-2000,0,-13000,0,'[]','all_returned',NULL,NULL,0,20000,7,NULL,NULL);
INSERT INTO "sale" VALUES(9,'2354902715122589',NULL,'062e568992e4be41227b1843507cdbcafa092ac3906cc2a48f807962fd74182e','滨河路店','store',3,3,3,'voided','2026-11-22',1795309420000000,1795310080000000,1795309420000000,15000,2000,0,13000,0,'[{"step":"coupon","redemption":3,"eligible":15000,"discount":2000}]','whole',NULL,NULL,0,20000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(10,'2340928995275239',NULL,NULL,'滨河路店','store',2,2,3,'posted','2026-11-22',1795310800000000,1795310800000000,1795310800000000,-15000,-2000,0,-13000,0,'[{"step":"coupon","redemption":3,"eligible":15000,"discount":2000}]','void',9,NULL,0,20000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(11,'2373557780003889',NULL,'529c29453e00b68e9e723873f0f3be8dba35a32ea9fa52ead143408001429e30','滨河路店','store',3,3,3,'posted','2026-11-22',1795312120000000,1795313140000000,1795312120000000,3000,500,100,2400,0,'[{"step":"coupon","redemption":4,"eligible":3000,"discount":500},{"step":"points","offer":"","eligible":2500,"discount":100}]','whole',NULL,NULL,0,20000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(12,'2353868845238582',NULL,NULL,'滨河路店','store',3,3,3,'suspended','2026-11-22',1795313620000000,1795313620000000,1795313620000000,20000,0,0,20000,0,'[]','',NULL,NULL,0,20000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(13,'2334761975095920',NULL,'0eed22aeae3a3e30630688da4c09399131ed01e48b41399708adc67ad447566d','滨河路店','store',3,3,3,'posted','2026-11-22',1795314700000000,1795315360000000,1795314700000000,NULL,500,0,NULL,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(14,'2346541555465047',NULL,'a7501d3a55020cd9cc3a84ead8aa2e0523e84e24d23d3ebbd75be012fcfd180a','滨河路店','store',3,3,NULL,'posted','2026-11-22',1795316980000000,1795317940000000,1795316980000000,15000,2000,0,13000,0,'[{"step":"coupon","redemption":6,"eligible":15000,"discount":2000}]','whole',NULL,NULL,0,20000,NULL,NULL,NULL);
CREATE TABLE sale_line (
	sale_id INTEGER NOT NULL, 
	line_no INTEGER NOT NULL, 
	product_id INTEGER, 
	quantity INTEGER NOT NULL, 
	unit_price INTEGER, 
	discount INTEGER NOT NULL, 
	amount INTEGER NOT NULL, returns_line INTEGER, 
	CONSTRAINT pk_sale_line PRIMARY KEY (sale_id, line_no), 
	CONSTRAINT fk_sale_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_sale_line_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "sale_line" VALUES(1,1,1,1000,4590,0,4590,NULL);
INSERT INTO "sale_line" VALUES(2,1,2,2000,880,0,1760,NULL);
INSERT INTO "sale_line" VALUES(3,1,2,0,880,0,500,NULL);
INSERT INTO "sale_line" VALUES(4,1,NULL,1000,12800,0,12800,NULL);
INSERT INTO "sale_line" VALUES(5,1,1,2000,4590,0,9180,NULL);
INSERT INTO "sale_line" VALUES(5,2,2,1000,880,0,880,NULL);
INSERT INTO "sale_line" VALUES(5,3,3,1000,1990,0,1990,NULL);
INSERT INTO "sale_line" VALUES(6,1,2,-1000,880,0,-880,2);
INSERT INTO "sale_line" VALUES(7,1,NULL,1000,15000,0,15000,NULL);
INSERT INTO "sale_line" VALUES(8,1,NULL,-1000,15000,0,-15000,1);
INSERT INTO "sale_line" VALUES(9,1,NULL,1000,15000,0,15000,NULL);
INSERT INTO "sale_line" VALUES(10,1,NULL,-1000,15000,0,-15000,NULL);
INSERT INTO "sale_line" VALUES(11,1,NULL,1000,3000,0,3000,NULL);
INSERT INTO "sale_line" VALUES(12,1,NULL,1000,20000,0,20000,NULL);
INSERT INTO "sale_line" VALUES(14,1,NULL,1000,15000,0,15000,NULL);
CREATE TABLE sale_step (
	id INTEGER NOT NULL, 
	sale_id INTEGER NOT NULL, 
	step TEXT NOT NULL, 
	offer_id INTEGER, 
	version_id INTEGER, 
	amount INTEGER NOT NULL, 
	CONSTRAINT pk_sale_step PRIMARY KEY (id), 
	CONSTRAINT ck_sale_step_step CHECK (step IN ('line', 'tier', 'order', 'points', 'rounding')), 
	CONSTRAINT fk_sale_step_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id), 
	CONSTRAINT fk_sale_step_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_sale_step_version_id FOREIGN KEY(version_id) REFERENCES offer_version (id)
)
 STRICT

;
INSERT INTO "sale_step" VALUES(1,5,'line',5,5,1990);
INSERT INTO "sale_step" VALUES(2,5,'line',3,3,88);
INSERT INTO "sale_step" VALUES(3,6,'line',3,3,-88);
INSERT INTO "sale_step" VALUES(4,11,'points',NULL,NULL,100);
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
INSERT INTO "scannable" VALUES('2106402455124399','coupon',1);
INSERT INTO "scannable" VALUES('2124741360871662','coupon',2);
INSERT INTO "scannable" VALUES('2125293042908524','coupon',8);
INSERT INTO "scannable" VALUES('2138813261730187','coupon',3);
INSERT INTO "scannable" VALUES('2154465228756767','coupon',7);
INSERT INTO "scannable" VALUES('2156446619502737','coupon',4);
INSERT INTO "scannable" VALUES('2173095855140457','coupon',5);
INSERT INTO "scannable" VALUES('2180526676888287','coupon',6);
INSERT INTO "scannable" VALUES('2285456196939170','member',3);
INSERT INTO "scannable" VALUES('2307174072349413','receipt',5);
INSERT INTO "scannable" VALUES('2323031608937619','receipt',8);
INSERT INTO "scannable" VALUES('2323675539259798','receipt',7);
INSERT INTO "scannable" VALUES('2334761975095920','receipt',13);
INSERT INTO "scannable" VALUES('2338589922110570','receipt',4);
INSERT INTO "scannable" VALUES('2346541555465047','receipt',14);
INSERT INTO "scannable" VALUES('2353868845238582','receipt',12);
INSERT INTO "scannable" VALUES('2354902715122589','receipt',9);
INSERT INTO "scannable" VALUES('2373557780003889','receipt',11);
INSERT INTO "scannable" VALUES('2394916485666931','receipt',6);
INSERT INTO "scannable" VALUES('2455445823999980','staff',2);
INSERT INTO "scannable" VALUES('2476157708515338','staff',4);
INSERT INTO "scannable" VALUES('2478474582790179','staff',1);
INSERT INTO "scannable" VALUES('2499817674601330','staff',3);
INSERT INTO "scannable" VALUES('6901234567892','product',1);
INSERT INTO "scannable" VALUES('alt-77','coupon',9);
INSERT INTO "scannable" VALUES('old-1','member',1);
INSERT INTO "scannable" VALUES('old-2','member',2);
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
	created_at INTEGER NOT NULL, 
	CONSTRAINT pk_shop PRIMARY KEY (id), 
	CONSTRAINT ck_shop_single CHECK (id = 1)
)
 STRICT

;
INSERT INTO "shop" VALUES(1,'bd2c15a490da812b','禾田生活','滨河路店','CNY','Asia/Shanghai',1,'5ee2ad6893efd114b0e75a29441a3f3a443ef648db65ccd8d489e0594391be44',1795319080000000,1795300060000000);
CREATE TABLE staff (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	badge TEXT NOT NULL, 
	pin_hash TEXT, 
	pin_length INTEGER NOT NULL, 
	demo_pin TEXT, 
	disabled INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	CONSTRAINT pk_staff PRIMARY KEY (id), 
	CONSTRAINT ck_staff_role CHECK (role IN ('cashier', 'manager', 'owner')), 
	CONSTRAINT uq_staff_badge UNIQUE (badge), 
	CONSTRAINT uq_staff_name UNIQUE (name)
)
 STRICT

;
INSERT INTO "staff" VALUES(1,'陈','owner','2478474582790179','$argon2id$v=19$m=64,t=1,p=1$uAPSix1aJimMuWpH/LWKNw$9TRiqNg3uz1bXB7AaQPqOumOrGtXmNS5fuB1dglR/CY',6,'860274',0,1795300120000000);
INSERT INTO "staff" VALUES(2,'赵','manager','2455445823999980','$argon2id$v=19$m=64,t=1,p=1$X06zvzJcnSELpJI6fmWcOw$ty1PEAOKWKQvRmKWwWNwSVAC3rJHAuljzz/C6Xnd8GU',6,'749183',0,1795300480000000);
INSERT INTO "staff" VALUES(3,'王芳','cashier','2499817674601330','$argon2id$v=19$m=64,t=1,p=1$Oc/OMV846aPkOj4WpY8jjg$K8dc/i6dxCvvwk1VhfQboXRZDWll+RU1LrMLWcYcHA8',4,'3864',0,1795300660000000);
INSERT INTO "staff" VALUES(4,'李强','cashier','2476157708515338','$argon2id$v=19$m=64,t=1,p=1$sinKd9JPsgy/MCsUsV9h/Q$5Sxl/G+lrqYpTxMmAlg6bMX7dFma7zUAHOmFvPhVcLw',4,'7291',1,1795318540000000);
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
INSERT INTO "step_share" VALUES(1,3,1990);
INSERT INTO "step_share" VALUES(2,2,88);
INSERT INTO "step_share" VALUES(3,1,-88);
INSERT INTO "step_share" VALUES(4,1,100);
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
INSERT INTO "tier" VALUES(1,'银卡',50000,0,12000);
INSERT INTO "tier" VALUES(2,'金卡',100000,500,15000);
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
INSERT INTO "tier_change" VALUES(1,3,'金卡',NULL,'2026-11-22',1795318240000000,1,'股东');
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
INSERT INTO "till" VALUES(4,'till 9');
CREATE INDEX ix_import_change_import_id ON import_change (import_id);
CREATE INDEX ix_member_phone_tail ON member (phone_tail);
CREATE INDEX ix_member_registered_on ON member (registered_on);
CREATE UNIQUE INDEX uq_member_phone_live ON member (phone) WHERE state = 'live';
CREATE INDEX ix_product_category ON product (category);
CREATE INDEX ix_consent_member_id ON consent (member_id);
CREATE INDEX ix_point_lot_member_id ON point_lot (member_id);
CREATE INDEX ix_refused_scan_day ON refused_scan (business_date);
CREATE INDEX ix_refused_scan_till ON refused_scan (till_id, at);
CREATE INDEX ix_sale_day ON sale (business_date, state, net);
CREATE UNIQUE INDEX uq_sale_open_at_till ON sale (till_id) WHERE state = 'open';
CREATE UNIQUE INDEX uq_sale_receipt ON sale (store, receipt_no, business_date);
CREATE INDEX ix_batch_offer_id ON batch (offer_id);
CREATE INDEX ix_point_entry_day ON point_entry (business_date, kind);
CREATE INDEX ix_point_entry_lot_id ON point_entry (lot_id);
CREATE INDEX ix_point_entry_member_id ON point_entry (member_id);
CREATE INDEX ix_coupon_batch ON coupon (batch_id, serial);
CREATE INDEX ix_coupon_member_id ON coupon (member_id);
CREATE INDEX ix_coupon_offer_issued ON coupon (offer_id, issued_on);
CREATE INDEX ix_redemption_day ON redemption (business_date);
CREATE INDEX ix_redemption_offer_day ON redemption (offer_id, business_date);
CREATE INDEX ix_redemption_offer_member ON redemption (offer_id, member_id);
CREATE INDEX ix_redemption_reversed_on ON redemption (reversed_on);
CREATE INDEX ix_redemption_sale_id ON redemption (sale_id);
CREATE UNIQUE INDEX uq_redemption_live_use ON redemption (coupon_id, use_no) WHERE reversed_at IS NULL;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: exists'); END;
CREATE TRIGGER point_entry_no_delete BEFORE DELETE ON point_entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER point_entry_no_replace BEFORE INSERT ON point_entry WHEN EXISTS (SELECT 1 FROM point_entry WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: exists'); END;
CREATE INDEX ix_sale_returns_id ON sale (returns_id);
CREATE INDEX ix_coupon_by_sale ON coupon (by_sale);
CREATE INDEX ix_sale_step_sale_id ON sale_step (sale_id);
CREATE INDEX ix_sale_step_offer ON sale_step (offer_id);
CREATE INDEX ix_tier_change_member ON tier_change (member_id, id);
CREATE INDEX ix_coupon_held_by ON coupon (held_by);
CREATE INDEX ix_sale_tender_pair_id ON sale_tender (pair_id);
CREATE INDEX ix_paper_move_batch ON paper_move (batch_id, id);
CREATE INDEX ix_shift_close_day ON shift_close (business_date);
CREATE INDEX ix_stamp_entry_member ON stamp_entry (member_id, offer_id);
CREATE INDEX ix_stamp_entry_sale_id ON stamp_entry (sale_id);
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
CREATE INDEX ix_referral_sale_id ON referral (sale_id);
CREATE INDEX ix_stage_change_member ON stage_change (member_id, id);
CREATE INDEX ix_stage_change_day ON stage_change (business_date);
CREATE INDEX ix_product_pair_second_id ON product_pair (second_id);
CREATE TRIGGER point_entry_no_update BEFORE UPDATE ON point_entry WHEN NEW.id IS NOT OLD.id OR NEW.lot_id IS NOT OLD.lot_id OR NEW.kind IS NOT OLD.kind OR NEW.points IS NOT OLD.points OR NEW.business_date IS NOT OLD.business_date OR NEW.at IS NOT OLD.at OR NEW.sale_id IS NOT OLD.sale_id OR NEW.staff_id IS NOT OLD.staff_id OR NEW.reverses_id IS NOT OLD.reverses_id OR NEW.reason IS NOT OLD.reason OR NEW.import_id IS NOT OLD.import_id OR NEW.coupon_id IS NOT OLD.coupon_id OR NEW.member_id IS NOT (SELECT member_id FROM point_lot WHERE id = OLD.lot_id) BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE INDEX ix_member_name ON member (name);
CREATE INDEX ix_member_referred_by ON member (referred_by) WHERE referred_by IS NOT NULL;
CREATE INDEX ix_point_entry_sale_id ON point_entry (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX ix_point_entry_coupon_id ON point_entry (coupon_id) WHERE coupon_id IS NOT NULL;
COMMIT;
