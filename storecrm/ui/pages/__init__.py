"""Widgets and wiring, no decisions: one page a noun.

analytics: what is known of members together, a tab each.
analytics_dates: a day and an earlier one to compare with.
analytics_groups: the named groups of RFM, a line each.
analytics_recruiting: who brings members.
analytics_scores: the RFM heat map, its groups.
analytics_segments: segments, their sizes, two compared.
analytics_stages: stages of life, the flow between them.
analytics_tags: the shop's words for members.
backups: backups, one put in place, the books proven.
data: the shop's data, a tab each.
day_totals: what the other register took on a day.
duplicate_pair: two members side by side.
duplicates: likely duplicates, merged and unmerged.
first_run: the first window on a machine.
import_check: what an import would do, its problems by kind.
import_columns: the columns of a file, how its cells are read.
import_file: the file of an import, the imports so far.
import_labels: what people read of lists that come in.
import_readings: a line in each encoding it may be in.
import_wizard: an import in four steps.
member_columns: the columns of the list of members.
member_data: the data of a member, and the acts on it.
member_head: who it is, the figures that matter first.
member_history: what a member has and did.
member_list: the members with their search and lists.
member_profile: one member at a glance.
members: the list with its search, one member beside it.
month_report: the month at a glance, and as a workbook.
month_tiles: the figures of the month at a glance.
move_files: the files of an old system, what they would bring.
move_history: what came in so far; lists that go out.
move_ways: how one file of a move is read.
moving_in: the old system's files at once.
offer_answers: what is said of an offer while it is typed.
offer_batches: coupons issued, printed, voided.
offer_boxes: the boxes in which an offer is typed.
offer_coupon: one coupon looked up by its code.
offer_editor: what an offer says.
offer_fields: the fields in which an offer is typed.
offer_form: what an offer says, typed.
offer_paper: the paper of coupons, and a look at it.
offer_stock: printed coupons as stock.
offers: the offers' list with its tabs.
paper_language: in which language a paper is written.
privacy: retention, suppressed addresses, look-ups.
refusals: a refusal as a page says it.
return_lines: the lines of a receipt, how many come back.
returns: goods that come back.
scan_timing: how fast a scanner types.
segment_builder: a rule made by choosing.
segment_condition: one condition of a rule.
setting_controls: what one setting is set with.
settings: this machine's choices.
shop: who works here.
shop_settings: the shop's own settings.
sign_in: name and PIN; the lock.
till: the scan box, the bill, the panel, small cards, keys, the day or the basket.
today: the till's bills, refused scans.
today_shift: the shift, handed over.
trail: the audit trail.
"""
