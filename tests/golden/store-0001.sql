-- A store as version 0.1 wrote it: one member, three receipts (one voided), four coupons.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
INSERT INTO "audit" VALUES(1,1,1,1795300000000000,1,'staff_added','{"role":"owner","staff":1}','171e6b3bba69322777ba28d8432ff98f2f27ede53f0abb20371bd3584577e50a');
INSERT INTO "audit" VALUES(2,2,1,1795300000000000,1,'staff_added','{"role":"manager","staff":2}','c6518b737c57ec4a6268eb9f645389fb16342de5797da21e5eb31dbab71be4ef');
INSERT INTO "audit" VALUES(3,2,2,1795300000000000,1,'staff_added','{"role":"cashier","staff":3}','8e49dfd7c5a061605cd50a8584f7c2e4f76b516a5e1979f3ad13ee6bf64e1cfd');
INSERT INTO "audit" VALUES(4,2,3,1795300000000000,1,'member_registered','{"consent":["sms"],"member":1}','d70f0d640960528d715f42d105d422a96df2a52589fe99959d6a080e8b999439');
INSERT INTO "audit" VALUES(5,2,4,1795300000000000,1,'offer_kept','{"offer":"A20"}','991c6a9bfc9ca663920dec10004dd2b3d5d4adc7adecfb1e7f2a5a0bff264f8d');
INSERT INTO "audit" VALUES(6,2,5,1795300000000000,1,'batch_issued','{"batch":1,"count":4,"first":1,"last":4,"offer":"A20","sha256":"69aef5c78a3628616a955505c3534ac694085afa9e62770c272dabc4271aa6da"}','1cd13b9e62242c9c05b7af9011fec497b18ecc5fd3c50bce3ed1fee2a97534b0');
INSERT INTO "audit" VALUES(7,2,6,1795300060000000,1,'coupon_redeemed','{"coupon":1,"discount":2000,"redemption":1,"sale":1}','0f6823b7397c9f60cabec0337cb69b761399ac7f767f0cecc030ad6abed01398');
INSERT INTO "audit" VALUES(8,2,7,1795300060000000,1,'sale_posted','{"by":"whole","net":10800,"points":108,"sale":1}','babf62aff38a6a10858a44fe2875c03e05f06740e103e03e9337cb7b488456ee');
INSERT INTO "audit" VALUES(9,2,8,1795300120000000,1,'coupon_redeemed','{"coupon":2,"discount":2000,"redemption":2,"sale":2}','c508034e53c811c667a446e61d39bb476cf12daea839c2a4df947400bd25c390');
INSERT INTO "audit" VALUES(10,2,9,1795300120000000,1,'sale_posted','{"by":"whole","net":10800,"points":108,"sale":2}','6a02437709fe7d3723f9bff2eb5ea6751cc45733ce93b84ea419ba992a60c5da');
INSERT INTO "audit" VALUES(11,2,10,1795300180000000,1,'sale_posted','{"by":"whole","net":5000,"points":50,"sale":3}','01d811880066b3d9b8a948fdd83a063a87c674ab1c16256fcb516f044cf16154');
INSERT INTO "audit" VALUES(12,2,11,1795300180000000,1,'sale_taken_back','{"reason":"mistyped","sale":3}','2f908e03e790a9d03ae75a85d74c5f9436f13305b28176099405e1588cfc1035');
INSERT INTO "audit" VALUES(13,2,12,1795300180000000,1,'coupon_voided','{"coupon":4,"reason":"torn"}','844e5c83b73401772e88dc2e7c171a6f588ebabd115aacd823a5a4cbe374e2e8');
CREATE TABLE audit_head (
	till_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (till_id), 
	CONSTRAINT fk_audit_head_till_id FOREIGN KEY(till_id) REFERENCES till (id)
)
 STRICT

;
INSERT INTO "audit_head" VALUES(1,1,'171e6b3bba69322777ba28d8432ff98f2f27ede53f0abb20371bd3584577e50a');
INSERT INTO "audit_head" VALUES(2,12,'844e5c83b73401772e88dc2e7c171a6f588ebabd115aacd823a5a4cbe374e2e8');
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
INSERT INTO "batch" VALUES(1,1,1,'ready',4,1,'2026-11-22',1795300000000000,1,0,NULL);
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
INSERT INTO "consent" VALUES(1,1,'sms','promotion',1,'2026-01','',1,1795300000000000,NULL);
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
	void_reason TEXT NOT NULL, 
	CONSTRAINT pk_coupon PRIMARY KEY (id), 
	CONSTRAINT ck_coupon_state CHECK (state IN ('issued', 'redeemed', 'voided')), 
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
INSERT INTO "coupon" VALUES(1,'2121719152297909',1,1,1,NULL,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'');
INSERT INTO "coupon" VALUES(2,'2140530190468120',1,1,2,NULL,'redeemed','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'');
INSERT INTO "coupon" VALUES(3,'2167852283348362',1,1,3,NULL,'issued','2026-11-22','2026-12-21',1,'2026-11-22',NULL,NULL,'');
INSERT INTO "coupon" VALUES(4,'2189449945423866',1,1,4,NULL,'voided','2026-11-22','2026-12-21',1,'2026-11-22',1795300180000000,1,'torn');
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
INSERT INTO "member" VALUES(1,'2245977525488931','+8613800138000','李小梅','','','solar','','','',NULL,NULL,NULL,NULL,'live','2026-11-22',1,1795300000000000,NULL);
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
	bearer INTEGER NOT NULL, 
	CONSTRAINT pk_offer_version PRIMARY KEY (id), 
	CONSTRAINT ck_offer_version_kind CHECK (kind IN ('percent_off', 'amount_off', 'threshold_off', 'external')), 
	CONSTRAINT ck_offer_version_value CHECK (value >= 0 AND (kind <> 'percent_off' OR value <= 10000)), 
	CONSTRAINT fk_offer_version_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT uq_offer_version_offer_id_version UNIQUE (offer_id, version)
)
 STRICT

;
INSERT INTO "offer_version" VALUES(1,1,1,'threshold_off',2000,NULL,10000,NULL,NULL,30,NULL,NULL,1,1);
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
	import_id INTEGER, 
	CONSTRAINT pk_point_entry PRIMARY KEY (id), 
	CONSTRAINT ck_point_entry_kind CHECK (kind IN ('opening', 'earn', 'burn', 'expire', 'adjust', 'reverse')), 
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
INSERT INTO "point_entry" VALUES(1,1,1,'earn',108,'2026-11-22',1795300060000000,1,1,NULL,'',NULL);
INSERT INTO "point_entry" VALUES(2,2,1,'earn',108,'2026-11-22',1795300120000000,2,1,NULL,'',NULL);
INSERT INTO "point_entry" VALUES(3,3,1,'earn',50,'2026-11-22',1795300180000000,3,1,NULL,'',NULL);
INSERT INTO "point_entry" VALUES(4,3,1,'reverse',-50,'2026-11-22',1795300180000000,4,1,3,'',NULL);
CREATE TABLE point_lot (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	expires_on TEXT, 
	opened_on TEXT NOT NULL, 
	CONSTRAINT pk_point_lot PRIMARY KEY (id), 
	CONSTRAINT fk_point_lot_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)
 STRICT

;
INSERT INTO "point_lot" VALUES(1,1,'2027-12-31','2026-11-22');
INSERT INTO "point_lot" VALUES(2,1,'2027-12-31','2026-11-22');
INSERT INTO "point_lot" VALUES(3,1,'2027-12-31','2026-11-22');
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
	import_id INTEGER, 
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
	import_id INTEGER, 
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
INSERT INTO "redemption" VALUES(1,1,1,1,1,1,2,1,1795300060000000,'2026-11-22',1795300060000000,2000,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL);
INSERT INTO "redemption" VALUES(2,2,1,1,2,1,2,1,1795300120000000,'2026-11-22',1795300120000000,2000,0,NULL,NULL,NULL,'',NULL,NULL,NULL,'',NULL);
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
	import_id INTEGER, 
	CONSTRAINT pk_sale PRIMARY KEY (id), 
	CONSTRAINT ck_sale_state CHECK (state IN ('open', 'posted', 'voided', 'dropped')), 
	CONSTRAINT ck_sale_net CHECK (gross IS NULL OR net = gross - discount - points_paid), 
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
INSERT INTO "sale" VALUES(1,'2380470136094913',NULL,'5b0efd07d03a11fc8f742b1a777096bc44ce8bfefea86e04e8b577dea62d4438','滨河路店','store',2,1,1,'posted','2026-11-22',1795300060000000,1795300060000000,1795300060000000,12800,2000,0,10800,0,'[{"step": "coupon", "redemption": 1, "eligible": 12800, "discount": 2000}]','whole',NULL,NULL);
INSERT INTO "sale" VALUES(2,'2390623547658614',NULL,'82ce02aecac18755754f0cc0eafc9e83614af6829351d11af97a632405a64ca6','滨河路店','store',2,1,1,'posted','2026-11-22',1795300120000000,1795300120000000,1795300120000000,12800,2000,0,10800,0,'[{"step": "coupon", "redemption": 2, "eligible": 12800, "discount": 2000}]','whole',NULL,NULL);
INSERT INTO "sale" VALUES(3,'2391775649120079',NULL,'65ec91b6995e5838fc74a662b0735bdf3ac225de491c32b4951e46742eb15c9c','滨河路店','store',2,1,1,'voided','2026-11-22',1795300180000000,1795300180000000,1795300180000000,5000,0,0,5000,0,'[]','whole',NULL,NULL);
INSERT INTO "sale" VALUES(4,'2389250427708363',NULL,NULL,'滨河路店','store',2,1,1,'posted','2026-11-22',1795300180000000,1795300180000000,1795300180000000,-5000,0,0,-5000,0,'[]','void',3,NULL);
CREATE TABLE sale_line (
	sale_id INTEGER NOT NULL, 
	line_no INTEGER NOT NULL, 
	product_id INTEGER, 
	quantity INTEGER NOT NULL, 
	unit_price INTEGER, 
	discount INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	CONSTRAINT pk_sale_line PRIMARY KEY (sale_id, line_no), 
	CONSTRAINT fk_sale_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_sale_line_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "sale_line" VALUES(1,1,NULL,1000,12800,0,12800);
INSERT INTO "sale_line" VALUES(2,1,NULL,1000,12800,0,12800);
INSERT INTO "sale_line" VALUES(3,1,NULL,1000,5000,0,5000);
INSERT INTO "sale_line" VALUES(4,1,NULL,-1000,5000,0,-5000);
CREATE TABLE scannable (
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	target_id INTEGER NOT NULL, 
	CONSTRAINT pk_scannable PRIMARY KEY ("key", kind)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "scannable" VALUES('2121719152297909','coupon',1);
INSERT INTO "scannable" VALUES('2140530190468120','coupon',2);
INSERT INTO "scannable" VALUES('2167852283348362','coupon',3);
INSERT INTO "scannable" VALUES('2189449945423866','coupon',4);
INSERT INTO "scannable" VALUES('2245977525488931','member',1);
INSERT INTO "scannable" VALUES('2380470136094913','receipt',1);
INSERT INTO "scannable" VALUES('2390623547658614','receipt',2);
INSERT INTO "scannable" VALUES('2391775649120079','receipt',3);
INSERT INTO "scannable" VALUES('2403261426434277','staff',1);
INSERT INTO "scannable" VALUES('2460045654202677','staff',2);
INSERT INTO "scannable" VALUES('2477625395225482','staff',3);
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
INSERT INTO "shop" VALUES(1,'71c321f579870b78','禾田生活','滨河路店','CNY','Asia/Shanghai',1,'3b12a588e4b6cbbf54343b4e49e25914e80974755a43ccb5895500b7ee6d2be3',1795300120000000,1795300000000000);
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
INSERT INTO "staff" VALUES(1,'陈','owner','2403261426434277','$argon2id$v=19$m=64,t=1,p=1$76D6AR4H7FnvZ4X5x858ww$z0Idj49gpb+CZl1q+U6Qx6eo8Xk2w6Szoz7pMC1nx6Q',6,'860274',0,1795300000000000);
INSERT INTO "staff" VALUES(2,'赵','manager','2460045654202677','$argon2id$v=19$m=64,t=1,p=1$xKeUOvCoJfRDB8GeScMmHg$aFfYkmglKLiz5Ra1PiZokkCR0XUZFplgMhlArAVDKvo',6,'749183',0,1795300000000000);
INSERT INTO "staff" VALUES(3,'王芳','cashier','2477625395225482','$argon2id$v=19$m=64,t=1,p=1$LQaoacj9us9AqNav9Sl93Q$OBbGnitz/62lWlkjGlMUNSbfhvhprotof8wsz45Y5Ss',4,'3864',0,1795300000000000);
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
COMMIT;
