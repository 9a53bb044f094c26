-- A store as version 0.3 wrote it: a stamp card that was filled, a coupon on an emergency code, an exchange, a member added afterwards, a
-- bill put aside, a shift handed over, a member with a password.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
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
INSERT INTO "allocation" VALUES(1,1,600);
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
INSERT INTO "audit" VALUES(1,1,1,1795300000000000,1,'staff_added','{"role":"owner","staff":1}','c491986251e14908ebe39a15bf94cb2241d3cf95a5a4389cf4375a529846b542');
INSERT INTO "audit" VALUES(2,2,1,1795300000000000,1,'staff_added','{"role":"manager","staff":2}','c4a711aae62760e710feb61b4d692e651c07ad368ae58bae351c95d392231693');
INSERT INTO "audit" VALUES(3,2,2,1795300000000000,1,'staff_added','{"role":"cashier","staff":3}','67bc31f615bee19144b8e70e62a7566daed9de7a1d7d7a3d6e20f20987be5b2f');
INSERT INTO "audit" VALUES(4,2,3,1795300000000000,1,'imported','{"batch":1,"created":2,"kind":"products","rows":2,"unchanged":0,"updated":0}','bf0771d43af0412169dca75cb58d7e6ecc823a7af77068ec6f19658ffe0d5399');
INSERT INTO "audit" VALUES(5,2,4,1795300000000000,1,'offer_kept','{"offer":"FREE"}','44139a16b287d6d3bd0b5a6243894dbe2f0069f893f197f69ed8001f463431f8');
INSERT INTO "audit" VALUES(6,2,5,1795300000000000,1,'offer_kept','{"offer":"CARD"}','bb9327823290c98fe7b75d40b905f4ba2e1679d38e8f414d4ee26f3289d021e7');
INSERT INTO "audit" VALUES(7,2,6,1795300000000000,1,'member_registered','{"consent":[],"member":1}','5bab939f5cedb9259e9af215751354cb62c53c82c3e84dffc26e016962543875');
INSERT INTO "audit" VALUES(8,2,7,1795300000000000,1,'member_password_set','{"given":true,"member":1}','8be2f266b7d352134f50b1ed7733a849510b053344a03b927ecbee55d39c9978');
INSERT INTO "audit" VALUES(9,2,8,1795300000000000,1,'coupon_given','{"coupon":1,"offer":"FREE","sale":1}','4d71552ad36fbd39ef07cf78a373e3b0e7f3a8a40e7db57f82d10ed1ec942fb9');
INSERT INTO "audit" VALUES(10,2,9,1795300000000000,1,'sale_posted','{"by":"whole","net":6000,"points":60,"sale":1}','4ca8a17c60858a4c7aa8b683910ffd83be4954d7e098beb0d9d3c67f08b37364');
INSERT INTO "audit" VALUES(11,2,10,1795300000000000,1,'offer_kept','{"offer":"SIX"}','c4da195739d09bf6ef895211dd133f4866ac91721ec560a6c79cfd1801c77047');
INSERT INTO "audit" VALUES(12,2,11,1795300000000000,1,'batch_issued','{"batch":2,"count":2,"first":2,"last":3,"offer":"SIX","sha256":"a0636572d7be0b0ee997b79e9b4d032ebc95e7a1cb69f996cff0b90c18fcdc6b"}','abd3b35d72efd6c0c471a005b9ac8c556198932253d32198fde6a8c3a8373698');
INSERT INTO "audit" VALUES(13,2,12,1795300000000000,1,'emergency_codes_made','{"count":1,"most":5000}','280b75cb1744f8414a8666b0a1052ddec0d27a03e1dc7ab9046be01ecc0e8d8e');
INSERT INTO "audit" VALUES(14,2,13,1795386400000000,1,'coupon_redeemed','{"approved_by":1,"coupon":2,"discount":600,"override":"emergency","reason":"late train","redemption":1,"sale":2}','8c1894af3bd2695116f436ef466b69bbc743f1fc9961384d1011fb0bdc142b1c');
INSERT INTO "audit" VALUES(15,2,14,1795386400000000,1,'sale_posted','{"by":"whole","net":4400,"points":0,"sale":2}','9a2cc73b84e5d1b2af1fed80305d73ddb5a1a6d8bf587962f956e9bed7d11816');
INSERT INTO "audit" VALUES(16,2,15,1795386400000000,1,'goods_returned','{"back":3,"cash":1000,"everything":false,"sale":1}','fec04bd348c7d13d1ca5339d2168cea34ab7ac7559b7be430541ed2e61bb103c');
INSERT INTO "audit" VALUES(17,2,16,1795386400000000,1,'sale_posted','{"by":"exchanged","net":2000,"points":20,"sale":4}','b6b6053c917eade2825ac1df7ef652242ba6091df2fec2ee281a88c55d86906d');
INSERT INTO "audit" VALUES(18,2,17,1795386400000000,1,'goods_exchanged','{"back":3,"difference":1000,"sale":4}','e95df6135a7af3457f0487db026a469c53d1e25c4813748ce58387940263cf4a');
INSERT INTO "audit" VALUES(19,2,18,1795386400000000,1,'sale_posted','{"by":"whole","net":2000,"points":0,"sale":5}','9fb894b345cdee5dccef42bddf763b6922f2d01ba63f5bebadf560130b2ccfd4');
INSERT INTO "audit" VALUES(20,2,19,1795386400000000,1,'member_attached','{"member":1,"points":20,"sale":5}','b8ce484cd3f9324d99e6efc50d16da9174ccd8d3eb1114c45e62e85b29de9dc4');
INSERT INTO "audit" VALUES(21,2,20,1795386400000000,1,'bill_suspended','{"sale":6}','5cb2b5eaa33a652129245600c8bf7a98e422f4c476cd84313d4450982660be6b');
INSERT INTO "audit" VALUES(22,2,21,1795386400000000,1,'shift_closed','{"bills":3,"difference":null,"given":600}','7d3c0fcde34ffe900babed68adf75304b5d240917dfdfd744179eabafc7a99c5');
CREATE TABLE audit_head (
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (till_id), 
	CONSTRAINT fk_audit_head_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "audit_head" VALUES(1,1,'c491986251e14908ebe39a15bf94cb2241d3cf95a5a4389cf4375a529846b542');
INSERT INTO "audit_head" VALUES(2,21,'7d3c0fcde34ffe900babed68adf75304b5d240917dfdfd744179eabafc7a99c5');
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
INSERT INTO "batch" VALUES(1,1,1,'ready',1,0,'2026-11-22',1795300000000000,1,0,NULL,0);
INSERT INTO "batch" VALUES(2,3,3,'ready',2,1,'2026-11-22',1795300000000000,1,0,NULL,0);
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
INSERT INTO "coupon" VALUES(1,'2111240608395230',1,1,1,1,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',1,NULL);
INSERT INTO "coupon" VALUES(2,'2113641266812887',2,3,1,NULL,'redeemed','2026-11-22','2026-11-22',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
INSERT INTO "coupon" VALUES(3,'2143777569004213',2,3,2,NULL,'issued','2026-11-22','2026-11-22',1,'2026-11-22',NULL,NULL,'',NULL,NULL);
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
INSERT INTO "emergency_code" VALUES(1,'b9eef95ca932f840c50a653d43b46661b8743fde70360b2db38f577f8cf6e30d','8097',5000,1795300000000000,1,NULL,1795386400000000,1,1);
CREATE TABLE import_batch (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	file_name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created INTEGER NOT NULL, 
	updated INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	staff_id INTEGER, 
	CONSTRAINT pk_import_batch PRIMARY KEY (id), 
	CONSTRAINT ck_import_batch_state CHECK (state IN ('writing', 'done', 'undone')), 
	CONSTRAINT fk_import_batch_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)
 STRICT

;
INSERT INTO "import_batch" VALUES(1,'products','g.csv','abf3b888b05291c736c95862ea12174bacfb2b81c2f5aa7ac326364fdf0c2f2c','done',2,0,1795300000000000,1);
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
	import_id INTEGER, password_hash TEXT, password_wrong INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_member PRIMARY KEY (id), 
	CONSTRAINT ck_member_state CHECK (state IN ('live', 'erased')), 
	CONSTRAINT fk_member_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_member_registered_by FOREIGN KEY(registered_by) REFERENCES staff (id), 
	CONSTRAINT uq_member_member_no UNIQUE (member_no)
)
 STRICT

;
INSERT INTO "member" VALUES(1,'2267122375958130','+8613800138000','李小梅','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300000000000,NULL,'$argon2id$v=19$m=64,t=1,p=1$BHUIInQ+nBjKMilRRWIb0g$E4s9Y7E7/Rme2kFfhiE0HgDKMk6t9mXFiSQf1y3EkIs',0);
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
CREATE TABLE member_tag (
	member_id INTEGER NOT NULL, 
	tag TEXT NOT NULL, 
	CONSTRAINT pk_member_tag PRIMARY KEY (member_id, tag), 
	CONSTRAINT fk_member_tag_member_id FOREIGN KEY(member_id) REFERENCES member (id)
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
INSERT INTO "offer" VALUES(1,'FREE','FREE','','running',1795300000000000,1,NULL);
INSERT INTO "offer" VALUES(2,'CARD','CARD','','running',1795300000000000,1,NULL);
INSERT INTO "offer" VALUES(3,'SIX','SIX','','running',1795300000000000,1,NULL);
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
INSERT INTO "offer_scope" VALUES(2,'category','饮料',NULL);
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
INSERT INTO "offer_version" VALUES(1,1,1,'amount_off',1000,NULL,NULL,NULL,NULL,30,NULL,NULL,1,1,0,'{}');
INSERT INTO "offer_version" VALUES(2,2,1,'stamps',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,1,'{"buy": 5, "reward": "FREE"}');
INSERT INTO "offer_version" VALUES(3,3,1,'amount_off',600,NULL,NULL,NULL,NULL,1,NULL,NULL,1,1,0,'{}');
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
INSERT INTO "point_entry" VALUES(1,1,1,'earn',60,'2026-11-22',1795300000000000,1,1,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(2,1,1,'claw_back',-10,'2026-11-23',1795386400000000,3,1,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(3,2,1,'earn',20,'2026-11-23',1795386400000000,4,1,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(4,3,1,'earn',20,'2026-11-23',1795386400000000,5,1,NULL,'',NULL,NULL);
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
INSERT INTO "point_lot" VALUES(2,1,'2027-12-31','2026-11-23',NULL);
INSERT INTO "point_lot" VALUES(3,1,'2027-12-31','2026-11-23',NULL);
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
INSERT INTO "product" VALUES(1,'CUP','','咖啡','饮料','',1000,NULL,0,1,0,'');
INSERT INTO "product" VALUES(2,'BREAD','','面包','面包','',1000,NULL,0,1,0,'');
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
INSERT INTO "redemption" VALUES(1,2,1,3,2,NULL,2,1,1795386400000000,'2026-11-23',1795386400000000,600,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'late train',1,'emergency');
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
INSERT INTO "sale" VALUES(1,'2304653712025850',NULL,'0d31885ebad22fe950b752c37ab40833e70eb96e0e131fda44ad26b8b07ffcb5','滨河路店','store',2,1,1,'posted','2026-11-22',1795300000000000,1795300000000000,1795300000000000,6000,0,0,6000,0,'[]','whole',NULL,NULL,0,10000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(2,'2313310242841873',NULL,'9d6f7cdaaa25d12d0b293e254e8033103e78779e37a6f02a765d3b32aea3c5f2','滨河路店','store',2,1,NULL,'posted','2026-11-23',1795386400000000,1795386400000000,1795386400000000,5000,600,0,4400,0,'[{"step":"coupon","redemption":1,"eligible":5000,"discount":600}]','whole',NULL,NULL,0,10000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(3,'2319372694633332',NULL,NULL,'滨河路店','store',2,1,1,'posted','2026-11-23',1795386400000000,1795386400000000,1795386400000000,-1000,0,0,-1000,0,'[]','returned',NULL,NULL,0,10000,1,NULL,NULL);
INSERT INTO "sale" VALUES(4,'2351095624922119',NULL,'exchange','滨河路店','store',2,1,1,'posted','2026-11-23',1795386400000000,1795386400000000,1795386400000000,2000,0,0,2000,0,'[]','exchanged',NULL,NULL,0,10000,NULL,NULL,NULL);
INSERT INTO "sale" VALUES(5,'2378040511580376',NULL,'6ac6415d2f89c9463ec52f243fc343d9df528aab129433bb629d8a11abc999fa','滨河路店','store',2,1,1,'posted','2026-11-23',1795386400000000,1795386400000000,1795386400000000,2000,0,0,2000,0,'[]','whole',NULL,NULL,0,10000,NULL,1795386400000000,1);
INSERT INTO "sale" VALUES(6,'2344043740239830',NULL,NULL,'滨河路店','store',2,1,NULL,'suspended','2026-11-23',1795386400000000,1795386400000000,1795386400000000,1000,0,0,1000,0,'[]','',NULL,NULL,0,10000,NULL,NULL,NULL);
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
INSERT INTO "sale_line" VALUES(1,1,1,6000,1000,0,6000,NULL);
INSERT INTO "sale_line" VALUES(2,1,NULL,1000,5000,0,5000,NULL);
INSERT INTO "sale_line" VALUES(3,1,1,-1000,1000,0,-1000,1);
INSERT INTO "sale_line" VALUES(4,1,2,2000,1000,0,2000,NULL);
INSERT INTO "sale_line" VALUES(5,1,NULL,1000,2000,0,2000,NULL);
INSERT INTO "sale_line" VALUES(6,1,2,1000,1000,0,1000,NULL);
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
INSERT INTO "sale_tender" VALUES(1,'cash',6000,10000,NULL);
INSERT INTO "sale_tender" VALUES(3,'exchange',-1000,NULL,4);
INSERT INTO "sale_tender" VALUES(4,'cash',1000,1000,NULL);
INSERT INTO "sale_tender" VALUES(4,'exchange',1000,NULL,NULL);
CREATE TABLE scannable (
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	target_id INTEGER NOT NULL, 
	CONSTRAINT pk_scannable PRIMARY KEY ("key", kind)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "scannable" VALUES('2111240608395230','coupon',1);
INSERT INTO "scannable" VALUES('2113641266812887','coupon',2);
INSERT INTO "scannable" VALUES('2143777569004213','coupon',3);
INSERT INTO "scannable" VALUES('2267122375958130','member',1);
INSERT INTO "scannable" VALUES('2304653712025850','receipt',1);
INSERT INTO "scannable" VALUES('2313310242841873','receipt',2);
INSERT INTO "scannable" VALUES('2319372694633332','receipt',3);
INSERT INTO "scannable" VALUES('2344043740239830','receipt',6);
INSERT INTO "scannable" VALUES('2351095624922119','receipt',4);
INSERT INTO "scannable" VALUES('2378040511580376','receipt',5);
INSERT INTO "scannable" VALUES('2404784232787567','staff',2);
INSERT INTO "scannable" VALUES('2481596391775178','staff',1);
INSERT INTO "scannable" VALUES('2496838580179859','staff',3);
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
INSERT INTO "shift_close" VALUES(1,2,1,'2026-11-23',1795377600000000,1795386400000000,NULL,'{}','{"staff": "陈", "till": "till 1", "business_date": "2026-11-23", "since": 1795377600000000, "until": 1795386400000000, "bills": 3, "net": 7400, "given": 600, "points_paid": 0, "undone": 0, "returns": 1, "returned_net": 1000, "attached": 1, "refused": 0, "coupons": [{"offer_code": "SIX", "name": "SIX", "count": 1, "discount": 600, "counted": null}], "tenders": {"cash": 1000}, "overrides": {"emergency": 1}, "register_discount": null}');
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
INSERT INTO "shop" VALUES(1,'b7b0c07575abd304','禾田生活','滨河路店','CNY','Asia/Shanghai',1,'0288b089c876573ec956541db34ddd34aec4557f97c439a5dfc765e8b4b3fb9a',1795386400000000,1795300000000000);
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
INSERT INTO "staff" VALUES(1,'陈','owner','2481596391775178','$argon2id$v=19$m=64,t=1,p=1$O5ZRNqu/yCV4Mnt/E+1dfA$tZ3MfWLBcH8cOtuYqs0frHeKMdbbV4yZwJLU3z7OrlY',6,'860274',0,1795300000000000);
INSERT INTO "staff" VALUES(2,'赵','manager','2404784232787567','$argon2id$v=19$m=64,t=1,p=1$eVJh01GYYblK5kT3nlPU1Q$mO76MN9KknCg8xCVfSoxihIzRr4t58w1ltU4YKtbT8I',6,'749183',0,1795300000000000);
INSERT INTO "staff" VALUES(3,'王芳','cashier','2496838580179859','$argon2id$v=19$m=64,t=1,p=1$nHd4jWF/jN1wsx1h10lksg$dOVhtuy8EaY5Vi3QN5IfL6FvlQUo8vyxxc9QaHwJR0o',4,'3864',0,1795300000000000);
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
INSERT INTO "stamp_entry" VALUES(1,1,2,2,'stamp',6,'2026-11-22',1795300000000000,NULL,1,NULL,1,NULL);
INSERT INTO "stamp_entry" VALUES(2,1,2,2,'card',-5,'2026-11-22',1795300000000000,NULL,1,1,1,NULL);
INSERT INTO "stamp_entry" VALUES(3,1,2,2,'take_back',-1,'2026-11-23',1795386400000000,NULL,3,NULL,1,NULL);
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
CREATE INDEX ix_sale_member ON sale (member_id, business_date, net);
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
CREATE TRIGGER point_entry_no_update BEFORE UPDATE ON point_entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
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
COMMIT;
