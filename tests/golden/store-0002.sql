-- A store as version 0.2 wrote it: a member with a tier, a receipt with a coupon, a bill put aside, exchanged points, a half returned
-- receipt, a coupon that a manager approved.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
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
INSERT INTO "audit" VALUES(1,1,1,1795300000000000,1,'staff_added','{"role":"owner","staff":1}','ced986816b558e4eb81016046d03b173aa8f12233575ec721f80b5fa6d18a240');
INSERT INTO "audit" VALUES(2,2,1,1795300000000000,1,'staff_added','{"role":"manager","staff":2}','739b8aa431a721e687207f37851e2ac760f69097fdd44800ffbbad0ac2f845ab');
INSERT INTO "audit" VALUES(3,2,2,1795300000000000,1,'staff_added','{"role":"cashier","staff":3}','d68c392e7e774e101049dca384700ce89873f637111347ec0d7e32f02f34008d');
INSERT INTO "audit" VALUES(4,2,3,1795300000000000,1,'tier_kept','{"off":200,"points_times":12000,"threshold":10000,"tier":"银卡"}','a74b55f49afb2c6a17696fbc2a3be7fb66438b67647ca6cb9da334927225d5b0');
INSERT INTO "audit" VALUES(5,2,4,1795300000000000,1,'member_registered','{"consent":[],"member":1}','e9f23681286a8538e00441a4f71f8653ab2254a5655f105b99a8b099688f66df');
INSERT INTO "audit" VALUES(6,2,5,1795300000000000,1,'offer_kept','{"offer":"A20"}','1a9f2dcac24aacef6c7626c7ee753ec5649de29f34695b8819dc2a3f07eef1e6');
INSERT INTO "audit" VALUES(7,2,6,1795300000000000,1,'offer_kept','{"offer":"AUTO"}','bc77c5f1fe6c2573f5d5079517815d2d5fa6701cd46db10c74affd138c72a137');
INSERT INTO "audit" VALUES(8,2,7,1795300000000000,1,'offer_kept','{"offer":"GIFT5"}','33da7975e2296a9e3a3d80482f4ad9fc16a63d324f239140d00aaf7d84ff57b0');
INSERT INTO "audit" VALUES(9,2,8,1795300000000000,1,'batch_issued','{"batch":1,"count":3,"first":1,"last":3,"offer":"A20","sha256":"1b1e83f601fc9383f2c0d7d57f2a52878ae719d0bf350227cf1faa46a82bb2a8"}','4dcd7ea17b5827e71147fbc2d5fb445cfe42796daff1a625a3be7f74b4fd72a6');
INSERT INTO "audit" VALUES(10,2,9,1795300000000000,1,'batch_issued','{"batch":2,"count":3,"first":4,"last":6,"offer":"GIFT5","sha256":"cb3b04f5d03aa6efe9d3c413df1a5a1da76b7504ffc3aa138a97f59b8f8b04e6"}','e4c45a639f6cd11c758fe9b555a6941ae1b0d66c0c294774fbb3c5d4c6cee787');
INSERT INTO "audit" VALUES(11,2,10,1795300000000000,1,'coupon_redeemed','{"coupon":1,"discount":2000,"redemption":1,"sale":1}','1a9e0bce951ab3b10c1c972875a386c30fb2d630307347955eee680c5f100565');
INSERT INTO "audit" VALUES(12,2,11,1795300000000000,1,'sale_posted','{"by":"whole","net":9520,"points":95,"sale":1}','a29908012f20ee8d306374c0c58d0e0ff8674840a6db05d9d4b9b73b96a0eaeb');
INSERT INTO "audit" VALUES(13,2,12,1795300060000000,1,'bill_suspended','{"coupons":1,"points":0,"sale":2}','3a451ee62cc505fa28b9be9b47043e1a640be02e4e4923be7f72554f9b51c20f');
INSERT INTO "audit" VALUES(14,2,13,1795300120000000,1,'points_exchanged','{"coupon":7,"member":1,"points":50}','99e4f8b73015a56638b2176ca8303e723dea98d37947feb80e6866f61c214a1c');
INSERT INTO "audit" VALUES(15,2,14,1795300120000000,1,'sale_posted','{"by":"whole","net":8910,"points":89,"sale":3}','1b2bfcbb9c810513a4258d855564770cc25c5763854bee7b5621467b8ed22abb');
INSERT INTO "audit" VALUES(16,2,15,1795300180000000,1,'goods_returned','{"back":4,"cash":4455,"everything":false,"sale":3}','50647ad1bfb18d72962d7182eecfd103941eb848894ecb88bca166f65078d5ea');
INSERT INTO "audit" VALUES(17,2,16,1798756180000000,1,'coupon_redeemed','{"approved_by":2,"coupon":3,"discount":2000,"reason":"老顾客","redemption":2,"sale":5}','fcd733e1a183e10d6b7f4728ed5a62a4a7cddfea20dd6f4ebdafd39509c4e7a1');
INSERT INTO "audit" VALUES(18,2,17,1798756180000000,1,'sale_posted','{"by":"whole","net":11500,"points":0,"sale":5}','4f715e640c1a1f081e72f81ca787cd1d32564965a953151185d24677caef9418');
CREATE TABLE audit_head (
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (till_id), 
	CONSTRAINT fk_audit_head_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "audit_head" VALUES(1,1,'ced986816b558e4eb81016046d03b173aa8f12233575ec721f80b5fa6d18a240');
INSERT INTO "audit_head" VALUES(2,17,'4f715e640c1a1f081e72f81ca787cd1d32564965a953151185d24677caef9418');
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
	import_id INTEGER, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT ck_batch_state CHECK (state IN ('issuing', 'ready', 'voided')), 
	CONSTRAINT fk_batch_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_batch_issued_by FOREIGN KEY(issued_by) REFERENCES staff (id), 
	CONSTRAINT fk_batch_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_batch_version_id FOREIGN KEY(version_id) REFERENCES offer_version (id)
)
 STRICT

;
INSERT INTO "batch" VALUES(1,1,1,'ready',3,1,'2026-11-22',1795300000000000,1,0,NULL);
INSERT INTO "batch" VALUES(2,3,3,'ready',3,1,'2026-11-22',1795300000000000,1,0,NULL);
INSERT INTO "batch" VALUES(3,3,3,'ready',1,0,'2026-11-22',1795300120000000,1,0,NULL);
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
	void_reason TEXT NOT NULL, by_sale INTEGER CONSTRAINT fk_coupon_by_sale REFERENCES sale (id), 
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
INSERT INTO "coupon" VALUES(1,'2145183026932355',1,1,1,NULL,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL);
INSERT INTO "coupon" VALUES(2,'2182459393874442',1,1,2,NULL,'reserved','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',2);
INSERT INTO "coupon" VALUES(3,'2194489294952862',1,1,3,NULL,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL);
INSERT INTO "coupon" VALUES(4,'2149436581199896',2,3,1,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL);
INSERT INTO "coupon" VALUES(5,'2169498382004061',2,3,2,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL);
INSERT INTO "coupon" VALUES(6,'2195534724039593',2,3,3,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL);
INSERT INTO "coupon" VALUES(7,'2174320099074728',3,3,1,1,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'',NULL);
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
	import_id INTEGER, 
	CONSTRAINT pk_member PRIMARY KEY (id), 
	CONSTRAINT ck_member_state CHECK (state IN ('live', 'erased')), 
	CONSTRAINT fk_member_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_member_registered_by FOREIGN KEY(registered_by) REFERENCES staff (id), 
	CONSTRAINT uq_member_member_no UNIQUE (member_no)
)
 STRICT

;
INSERT INTO "member" VALUES(1,'2254466403889840','+8613800138000','李小梅','','','solar','','','银卡',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300000000000,NULL);
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
INSERT INTO "offer" VALUES(1,'A20','A20','','running',1795300000000000,1,NULL);
INSERT INTO "offer" VALUES(2,'AUTO','AUTO','','running',1795300000000000,1,NULL);
INSERT INTO "offer" VALUES(3,'GIFT5','GIFT5','','running',1795300000000000,1,NULL);
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
	CONSTRAINT ck_offer_version_kind CHECK (kind IN ('percent_off', 'amount_off', 'threshold_off', 'every_threshold', 'fixed_price', 'buy_get', 'nth_item', 'gift', 'add_on', 'points_times', 'external')), 
	CONSTRAINT ck_offer_version_value CHECK (value >= 0 AND (kind NOT IN ('percent_off', 'nth_item') OR value <= 10000)), 
	CONSTRAINT fk_offer_version_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT uq_offer_version_offer_id_version UNIQUE (offer_id, version)
)
 STRICT

;
INSERT INTO "offer_version" VALUES(1,1,1,'threshold_off',2000,NULL,10000,NULL,NULL,30,NULL,NULL,1,1,0,'{}');
INSERT INTO "offer_version" VALUES(2,2,1,'percent_off',1000,NULL,5000,NULL,NULL,NULL,NULL,NULL,1,1,1,'{}');
INSERT INTO "offer_version" VALUES(3,3,1,'amount_off',500,NULL,NULL,NULL,NULL,30,NULL,NULL,1,1,0,'{}');
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
INSERT INTO "point_entry" VALUES(1,1,1,'earn',95,'2026-11-22',1795300000000000,1,1,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(2,1,1,'exchange',-50,'2026-11-22',1795300120000000,NULL,1,NULL,'',NULL,7);
INSERT INTO "point_entry" VALUES(3,2,1,'earn',89,'2026-11-22',1795300120000000,3,1,NULL,'',NULL,NULL);
INSERT INTO "point_entry" VALUES(4,2,1,'claw_back',-45,'2026-11-22',1795300180000000,4,1,NULL,'',NULL,NULL);
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
INSERT INTO "point_lot" VALUES(2,1,'2027-12-31','2026-11-22',NULL);
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
	import_id INTEGER, no_promotion INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_product PRIMARY KEY (id), 
	CONSTRAINT fk_product_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id), 
	CONSTRAINT uq_product_sku UNIQUE (sku)
)
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
	import_id INTEGER, approve_reason TEXT DEFAULT '' NOT NULL, approved_by INTEGER CONSTRAINT fk_redemption_approved_by REFERENCES staff (id), 
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
INSERT INTO "redemption" VALUES(1,1,1,1,1,1,2,1,1795300000000000,'2026-11-22',1795300000000000,2000,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'',NULL);
INSERT INTO "redemption" VALUES(2,3,1,1,5,NULL,2,1,1798756180000000,'2027-01-01',1798756180000000,2000,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL,'老顾客',2);
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
	import_id INTEGER, rounding INTEGER DEFAULT '0' NOT NULL, points_times INTEGER DEFAULT '10000' NOT NULL, returns_id INTEGER CONSTRAINT fk_sale_returns_id REFERENCES sale (id), 
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
INSERT INTO "sale" VALUES(1,'2330125953026107',NULL,'551b76a059b1666703fcc65413289704ecdafb14ab030c8b261bbd104f2c9397','滨河路店','store',2,1,1,'posted','2026-11-22',1795300000000000,1795300000000000,1795300000000000,12800,3280,0,9520,0,'[{"step":"order","offer":"AUTO","eligible":12800,"discount":1280},{"step":"coupon","redemption":1,"eligible":11520,"discount":2000}]','whole',NULL,NULL,0,10000,NULL);
INSERT INTO "sale" VALUES(2,'2391518092733771',NULL,NULL,'滨河路店','store',2,1,1,'suspended','2026-11-22',1795300060000000,1795300060000000,1795300060000000,20000,2000,0,18000,0,'[{"step":"order","offer":"AUTO","eligible":20000,"discount":2000}]','',NULL,NULL,0,10000,NULL);
INSERT INTO "sale" VALUES(3,'2380181315055651',NULL,'19d369b3ad0ffabc263f8670f9ec50472b6bd6ae7cff6c17b3f6f466a212448c','滨河路店','store',2,1,1,'posted','2026-11-22',1795300120000000,1795300120000000,1795300120000000,9900,990,0,8910,0,'[{"step":"order","offer":"AUTO","eligible":9900,"discount":990}]','whole',NULL,NULL,0,10000,NULL);
INSERT INTO "sale" VALUES(4,'2399047575719970',NULL,NULL,'滨河路店','store',2,1,1,'posted','2026-11-22',1795300180000000,1795300180000000,1795300180000000,-4950,-495,0,-4455,0,'[]','returned',NULL,NULL,0,10000,3);
INSERT INTO "sale" VALUES(5,'2353537740771102',NULL,'e3124f3e8e4d04fd3b549be8b2a9f3eb0b1f9e9474a5b0134af9f03948556bad','滨河路店','store',2,1,NULL,'posted','2027-01-01',1798756180000000,1798756180000000,1798756180000000,15000,3500,0,11500,0,'[{"step":"order","offer":"AUTO","eligible":15000,"discount":1500},{"step":"coupon","redemption":2,"eligible":13500,"discount":2000}]','whole',NULL,NULL,0,10000,NULL);
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
INSERT INTO "sale_line" VALUES(2,1,NULL,1000,20000,0,20000,NULL);
INSERT INTO "sale_line" VALUES(3,1,NULL,1000,9900,0,9900,NULL);
INSERT INTO "sale_line" VALUES(4,1,NULL,-500,9900,0,-4950,1);
INSERT INTO "sale_line" VALUES(5,1,NULL,1000,15000,0,15000,NULL);
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
INSERT INTO "sale_step" VALUES(1,1,'order',2,2,1280);
INSERT INTO "sale_step" VALUES(2,2,'order',2,2,2000);
INSERT INTO "sale_step" VALUES(3,3,'order',2,2,990);
INSERT INTO "sale_step" VALUES(4,4,'order',2,2,-495);
INSERT INTO "sale_step" VALUES(5,5,'order',2,2,1500);
CREATE TABLE scannable (
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	target_id INTEGER NOT NULL, 
	CONSTRAINT pk_scannable PRIMARY KEY ("key", kind)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "scannable" VALUES('2145183026932355','coupon',1);
INSERT INTO "scannable" VALUES('2149436581199896','coupon',4);
INSERT INTO "scannable" VALUES('2169498382004061','coupon',5);
INSERT INTO "scannable" VALUES('2174320099074728','coupon',7);
INSERT INTO "scannable" VALUES('2182459393874442','coupon',2);
INSERT INTO "scannable" VALUES('2194489294952862','coupon',3);
INSERT INTO "scannable" VALUES('2195534724039593','coupon',6);
INSERT INTO "scannable" VALUES('2254466403889840','member',1);
INSERT INTO "scannable" VALUES('2330125953026107','receipt',1);
INSERT INTO "scannable" VALUES('2353537740771102','receipt',5);
INSERT INTO "scannable" VALUES('2380181315055651','receipt',3);
INSERT INTO "scannable" VALUES('2391518092733771','receipt',2);
INSERT INTO "scannable" VALUES('2399047575719970','receipt',4);
INSERT INTO "scannable" VALUES('2427145183995956','staff',1);
INSERT INTO "scannable" VALUES('2433916458426996','staff',2);
INSERT INTO "scannable" VALUES('2470654047695790','staff',3);
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
INSERT INTO "shop" VALUES(1,'078f78582eb406d8','禾田生活','滨河路店','CNY','Asia/Shanghai',1,'10c8632231d653b40758b127d763c3ed9051512eff613da139ec17b48a30006e',1798756180000000,1795300000000000);
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
INSERT INTO "staff" VALUES(1,'陈','owner','2427145183995956','$argon2id$v=19$m=64,t=1,p=1$y5Ab6RRr+Y5o7pYKGSEiCw$oJT4AUl2abWFxu4tSGpM/sVA93rv/J0E809WmjHp1FQ',6,'860274',0,1795300000000000);
INSERT INTO "staff" VALUES(2,'赵','manager','2433916458426996','$argon2id$v=19$m=64,t=1,p=1$cE7GrClOuKRYJ90NGUVjlA$Zsvj0ZXi6SicZ5zqivPSP1VFKuf+YtilYAP0tSwfOsI',6,'749183',0,1795300000000000);
INSERT INTO "staff" VALUES(3,'王芳','cashier','2470654047695790','$argon2id$v=19$m=64,t=1,p=1$5r24m4Kmz+3FDh9wkVIM1Q$grnzSuQSMTupA6a0UIRAEDU1GD07MlhFfPNHuoOzHTE',4,'3864',0,1795300000000000);
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
INSERT INTO "step_share" VALUES(1,1,1280);
INSERT INTO "step_share" VALUES(2,1,2000);
INSERT INTO "step_share" VALUES(3,1,990);
INSERT INTO "step_share" VALUES(4,1,-495);
INSERT INTO "step_share" VALUES(5,1,1500);
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
INSERT INTO "tier" VALUES(1,'银卡',10000,200,12000);
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
INSERT INTO "tier_change" VALUES(1,1,'银卡',NULL,'2026-11-22',1795300120000000,1,'reached');
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
COMMIT;
