-- A store as version 0.5 wrote it: two of one name, a further phone, a lost card, a merge that can be undone, a child, an import that renamed.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
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
INSERT INTO "audit" VALUES(1,1,1,1795300003000000,1,'staff_added','{"role":"owner","staff":1}','41be197fb54bb1c0ead61fa2f42004d694c7b7cba50df23c951fddff02b5d4cd');
INSERT INTO "audit" VALUES(2,2,1,1795300012000000,1,'member_registered','{"consent":["sms"],"member":1}','7d02c99abca860fc5f05ccb2af449b9651a42e9d604e6a1626d979ca600f00f9');
INSERT INTO "audit" VALUES(3,2,2,1795300018000000,1,'member_registered','{"consent":[],"member":2}','a6352fca65ee6f2e7880e6c55a3d3cdb65d1917a6b9786f8973c2a06e69a8e07');
INSERT INTO "audit" VALUES(4,2,3,1795300024000000,1,'member_registered','{"consent":[],"member":3}','2a0b850a187feeee80817894ab7f09c7ed8f6aa00791f4df1ff1240a792e7392');
INSERT INTO "audit" VALUES(5,2,4,1795300028000000,1,'phone_added','{"member":1}','b6d126a33e7c30ca71b6d81790dc6d1b8bdb6c1dd68b613056a68c08fb7e7237');
INSERT INTO "audit" VALUES(6,2,5,1795300031000000,1,'card_added','{"member":1}','43de7399827275e6f2607f3dd91485077c94a9f422ff5e15f162d060656f0a5d');
INSERT INTO "audit" VALUES(7,2,6,1795300034000000,1,'card_added','{"member":1}','b0e00746235d1ec049aca1973b222eb3a562a9194739df8044478112e2b72a4b');
INSERT INTO "audit" VALUES(8,2,7,1795300039000000,1,'card_replaced','{"coupons":0,"member":1}','ba4abd440d89fd73fe1390930f8df31101b8284bde785dd7f637d036c6d8f8dc');
INSERT INTO "audit" VALUES(9,2,8,1795300044000000,1,'member_registered','{"consent":[],"member":4}','f921d84aa7e1dcdc81eda8b4d14474696b601bcaf259fa5574142762d12046a4');
INSERT INTO "audit" VALUES(10,2,9,1795300049000000,1,'members_merged','{"merged":4,"survivor":1}','0c564550e53bd11b1e57b3c664a42e1f90ad560e0f88becaccee7a432d95266a');
INSERT INTO "audit" VALUES(11,2,10,1795300058000000,1,'imported','{"batch":1,"created":1,"kind":"members","rows":2,"unchanged":0,"updated":1}','a6829803dc659135f5850f4a1cf76dbd1b41ce3705ca2889dd3b6c2f1684758c');
INSERT INTO "audit" VALUES(12,2,11,1795300070000000,1,'sale_posted','{"by":"whole","net":12800,"points":128,"sale":1}','74b6c1ba8ef4fb120b56bc6344f578430eaa61879f3bb92cfc06c9a45acb1da6');
INSERT INTO "audit" VALUES(13,2,12,1795300077000000,1,'stages_noted','{"members":4}','0fe802e92c0bf03554711a161875f670a8fde8307152f54b3ebc64039cb87814');
CREATE TABLE audit_head (
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (till_id), 
	CONSTRAINT fk_audit_head_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "audit_head" VALUES(1,1,'41be197fb54bb1c0ead61fa2f42004d694c7b7cba50df23c951fddff02b5d4cd');
INSERT INTO "audit_head" VALUES(2,12,'0fe802e92c0bf03554711a161875f670a8fde8307152f54b3ebc64039cb87814');
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
INSERT INTO "consent" VALUES(1,1,'sms','promotion',1,'2026-01','',1,1795300011000000,NULL);
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
INSERT INTO "import_batch" VALUES(1,'members','list.csv','34982838f08c8d4b88cce2c1845705f56eeb546122ecc7646c4ad3bce39bf9e8','done',1,1,1795300053000000,1,'{"points": 0, "spent_to_date": 0}');
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
INSERT INTO "import_change" VALUES(1,1,'member','{"id": 3}','{"name": "\u738b\u4e50\u4e50"}');
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
INSERT INTO "lost_card" VALUES('gone-8',1,1795300037000000,1);
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
INSERT INTO "member" VALUES(1,'2255770155699299','+8613800138000','李小梅','','1990-05-17','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300010000000,NULL,NULL,0,'','',NULL,NULL);
INSERT INTO "member" VALUES(2,'2218488460288194','+8613900139000','李小梅','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300017000000,NULL,NULL,0,'','',1,NULL);
INSERT INTO "member" VALUES(3,'2220220354996809','+8613700137000','王小乐','','2018-03-04','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300023000000,NULL,NULL,0,'花生过敏','王伟',NULL,NULL);
INSERT INTO "member" VALUES(4,'2206899305490442',NULL,'','','','solar','','','',NULL,NULL,NULL,NULL,'erased','2026-11-22',1,1795300043000000,NULL,NULL,0,'','',NULL,1);
INSERT INTO "member" VALUES(5,'2209936422249940','+8613500135000','Zoë Q. Müller','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300055000000,1,NULL,0,'','',NULL,NULL);
CREATE TABLE member_key (
	"key" TEXT NOT NULL, 
	member_id INTEGER NOT NULL, 
	CONSTRAINT pk_member_key PRIMARY KEY ("key", member_id), 
	CONSTRAINT fk_member_key_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "member_key" VALUES('lxm',1);
INSERT INTO "member_key" VALUES('m',1);
INSERT INTO "member_key" VALUES('xm',1);
INSERT INTO "member_key" VALUES('小梅',1);
INSERT INTO "member_key" VALUES('李小梅',1);
INSERT INTO "member_key" VALUES('梅',1);
INSERT INTO "member_key" VALUES('lxm',2);
INSERT INTO "member_key" VALUES('m',2);
INSERT INTO "member_key" VALUES('xm',2);
INSERT INTO "member_key" VALUES('小梅',2);
INSERT INTO "member_key" VALUES('李小梅',2);
INSERT INTO "member_key" VALUES('梅',2);
INSERT INTO "member_key" VALUES('l',3);
INSERT INTO "member_key" VALUES('ll',3);
INSERT INTO "member_key" VALUES('wll',3);
INSERT INTO "member_key" VALUES('wxl',3);
INSERT INTO "member_key" VALUES('xl',3);
INSERT INTO "member_key" VALUES('yll',3);
INSERT INTO "member_key" VALUES('yxl',3);
INSERT INTO "member_key" VALUES('乐',3);
INSERT INTO "member_key" VALUES('乐乐',3);
INSERT INTO "member_key" VALUES('小乐',3);
INSERT INTO "member_key" VALUES('王乐乐',3);
INSERT INTO "member_key" VALUES('王小乐',3);
INSERT INTO "member_key" VALUES('müller',5);
INSERT INTO "member_key" VALUES('q. müller',5);
INSERT INTO "member_key" VALUES('zoë q. müller',5);
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
INSERT INTO "member_merge" VALUES(1,1,4,'{"survivor": {"phone": "+8613800138000", "name": "李小梅", "gender": "", "birthday": "1990-05-17", "birthday_type": "solar", "email": "", "note": "", "tier": "", "tier_until": null, "registered_on": "2026-11-22", "registered_by": 1, "alert": "", "guardian": "", "referred_by": null, "password_hash": null, "opening_spent": null, "opening_visits": null, "opening_last_visit": null, "id": 1, "member_no": "2255770155699299", "import_id": null, "recorded_at": 1795300010000000}, "merged": {"phone": "+8613600136000", "name": "李晓梅", "gender": "", "birthday": "", "birthday_type": "solar", "email": "", "note": "", "tier": "", "tier_until": null, "registered_on": "2026-11-22", "registered_by": 1, "alert": "", "guardian": "", "referred_by": null, "password_hash": null, "opening_spent": null, "opening_visits": null, "opening_last_visit": null, "id": 4, "member_no": "2249901260604738", "import_id": null, "recorded_at": 1795300043000000}, "values": {"phone": "+8613800138000", "name": "李小梅", "gender": "", "birthday": "1990-05-17", "birthday_type": "solar", "email": "", "note": "", "tier": "", "tier_until": null, "registered_on": "2026-11-22", "registered_by": 1, "alert": "", "guardian": "", "referred_by": null, "password_hash": null, "opening_spent": null, "opening_visits": null, "opening_last_visit": null}, "moved": {"sale": [], "point_lot": [], "coupon": [], "redemption": [], "stamp_entry": [], "consent": [], "tier_change": [], "referral": [], "referred": [], "friend": null, "member_tag": [], "member_tag_new": [], "segment_member": [], "segment_member_new": [], "scannable": ["2249901260604738"], "lost_card": [], "member_phone": [], "phone_new": ["+8613600136000"]}}',1795300048000000,1,NULL);
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
INSERT INTO "member_phone" VALUES('+8613600136000',1,'6000','',1795300047000000,1);
INSERT INTO "member_phone" VALUES('+8613811112222',1,'2222','',1795300027000000,1);
CREATE TABLE member_tag (
	member_id INTEGER NOT NULL, 
	tag TEXT NOT NULL, by_rule INTEGER DEFAULT '0' NOT NULL, set_on TEXT, set_by INTEGER CONSTRAINT fk_member_tag_set_by REFERENCES staff (id), expires_on TEXT, 
	CONSTRAINT pk_member_tag PRIMARY KEY (member_id, tag), 
	CONSTRAINT fk_member_tag_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 WITHOUT ROWID,
 STRICT

;
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
INSERT INTO "point_entry" VALUES(1,1,1,'earn',128,'2026-11-22',1795300068000000,1,1,NULL,'',NULL,NULL);
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
INSERT INTO "point_lot" VALUES(1,1,'2027-12-31','2026-11-22',NULL);
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
INSERT INTO "referral" VALUES(1,1,2,'waiting','2026-11-22',NULL,NULL);
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
INSERT INTO "sale" VALUES(1,'2355239886640776',NULL,'19a6b7c0af9128598fd57d1726c045f498f87033389c0b546e32add7cac6ec8c','禾田生活','store',2,1,1,'posted','2026-11-22',1795300061000000,1795300067000000,1795300061000000,12800,0,0,12800,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL);
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
INSERT INTO "sale_line" VALUES(1,1,NULL,1000,12800,0,12800,NULL);
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
INSERT INTO "scannable" VALUES('2209936422249940','member',5);
INSERT INTO "scannable" VALUES('2218488460288194','member',2);
INSERT INTO "scannable" VALUES('2220220354996809','member',3);
INSERT INTO "scannable" VALUES('2249901260604738','member',1);
INSERT INTO "scannable" VALUES('2255770155699299','member',1);
INSERT INTO "scannable" VALUES('2355239886640776','receipt',1);
INSERT INTO "scannable" VALUES('2487078301406345','staff',1);
INSERT INTO "scannable" VALUES('old-7','member',1);
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
INSERT INTO "shop" VALUES(1,'389453e4503a1e89','禾田生活','禾田生活','CNY','Asia/Shanghai',0,'0a48293cc3513cd79f46e04773e5afc7bd921239a1814f48d5da33613f95d7c9',1795300072000000,1795300001000000);
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
INSERT INTO "staff" VALUES(1,'陈','owner','2487078301406345','$argon2id$v=19$m=65536,t=3,p=1$8kpLDmcqMsG7VoHCTocFvQ$fNzysjrxkuQ0ren6HxttJ2llv7Fa3FGUXQPfWgrTmSI',6,NULL,0,1795300002000000);
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
INSERT INTO "stage_change" VALUES(1,5,'2026-11-22','','prospect');
INSERT INTO "stage_change" VALUES(2,3,'2026-11-22','','prospect');
INSERT INTO "stage_change" VALUES(3,1,'2026-11-22','','new');
INSERT INTO "stage_change" VALUES(4,2,'2026-11-22','','prospect');
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
CREATE INDEX ix_import_change_import_id ON import_change (import_id);
CREATE INDEX ix_member_phone_tail ON member (phone_tail);
CREATE INDEX ix_member_registered_on ON member (registered_on);
CREATE UNIQUE INDEX uq_member_phone_live ON member (phone) WHERE state = 'live';
CREATE INDEX ix_product_category ON product (category);
CREATE INDEX ix_consent_member_id ON consent (member_id);
CREATE INDEX ix_member_key_member_id ON member_key (member_id);
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
CREATE INDEX ix_point_entry_sale_id ON point_entry (sale_id);
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
CREATE INDEX ix_point_entry_coupon_id ON point_entry (coupon_id);
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
CREATE INDEX ix_member_referred_by ON member (referred_by);
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
COMMIT;
