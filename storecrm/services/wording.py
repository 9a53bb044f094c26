"""Words for typed facts: every refusal, error, points movement and audit action, in the reader's language.

What happened, what it means, what to do. Numbers and names in, system words out.
"""

from collections.abc import Mapping
from typing import Any

from storecrm.errors import CouponRefused, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.values import (
    CouponState,
    Day,
    EntryKind,
    OfferKind,
    OfferRule,
    Problem,
    Refusal,
    RefusalCode,
    TenderKind,
    grouped,
    percent_text,
    zhe_text,
)
from storecrm.wording.names import CHANNELS as CHANNELS
from storecrm.wording.names import LISTS as LISTS
from storecrm.wording.names import LISTS_OUT as LISTS_OUT
from storecrm.wording.names import OVERRIDES as OVERRIDES
from storecrm.wording.names import ROLES as ROLES

# code: (what happened and what it means, the way out)
_ERRORS: dict[str, tuple[str, str]] = {
    "usage": (m("The command is not complete or not known."), m("See storecrm --help.")),
    "value_impossible": (m("One of the values given is impossible."), m("Check numbers, dates and text; nothing was kept.")),
    "unexpected": (m("Something went wrong in the program ({where}). Nothing was kept."), m("It is written in the log.")),
    "store_url": (m("{where} is no database this program knows."), m("Name a file, or a postgresql:// address.")),
    "cancelled": (m("Stopped. Nothing was kept."), ""),
    "store": (m("There is no store at {where}."), m("Make one with: storecrm init.")),
    "store_exists": (m("There is a store at {where} already."), m("Open it, or choose another place.")),
    "member": (m("No member has {where}."), m("Check the number, or register the member.")),
    "offer": (m("There is no offer {where}."), m("See: storecrm offer list.")),
    "product": (m("There is no article {where}."), m("Import the articles first.")),
    "batch": (m("There is no batch {where}."), m("See the list of batches.")),
    "receipt": (m("There is no receipt {where}."), m("Check the number on the slip.")),
    "staff": (m("Nobody here is called {where}."), m("See: storecrm staff list.")),
    "rule": (m("There is no rule {where}."), m("Known rules: {known}.")),
    "backup": (m("There is no backup at {where}."), m("See the list of backups.")),
    "import": (m("There is no import {where}."), ""),
    "open_bill": (m("No bill is open at this till."), m("Scan a coupon first.")),
    "nothing_to_undo": (m("There is nothing to undo."), m("Older bills: a manager voids the receipt.")),
    "timezone": (m("{where} is not a time zone."), m("Use a name like Asia/Shanghai.")),
    "currency": (m("{where} is not a currency."), m("Use a code of three letters, like CNY.")),
    "shop_name": (m("The shop needs a name."), ""),
    "staff_name": (m("The person needs a name."), ""),
    "pin_differs": (m("The two PINs are not the same."), m("Type the PIN twice.")),
    "recovery_code": (m("A recovery code has 64 letters and digits."), m("It was shown when the store was made; copy it whole.")),
    "staff_name_taken": (m("Somebody here is called {where} already."), m("Add a letter or a number to the name.")),
    "first_is_owner": (m("The first person of a store is its owner."), m("Add the owner first.")),
    "pin_length": (m("This PIN needs exactly {length} digits."), m("Cashiers have 4 digits, managers and owners 6.")),
    "pin_obvious": (m("This PIN is one of the first that anybody would try."), m("Choose digits without a pattern.")),
    "wrong_pin": (m("The PIN is not right."), m("Try again, or ask the owner for a new one.")),
    "codes_tried": (m("Too many codes that do not exist were tried here."), m("Ask the manager to vouch for the till.")),
    "guess_wait": (m("Too many wrong tries. Wait {seconds} s."), m("Look at the slip once more and type it slowly.")),
    "pin_wait": (m("Too many wrong PINs. Wait {seconds} s."), m("Others can sign in meanwhile.")),
    "no_pin": (m("{where} has no PIN yet."), m("The owner sets one: storecrm staff set-pin.")),
    "disabled": (m("{where} does not work here any more."), ""),
    "last_owner": (m("{where} is the last owner."), m("Make somebody else an owner first.")),
    "no_actor": (m("Nobody is signed in."), m("Sign in first.")),
    "right_missing": (m("This needs another person's rights."), m("Ask the manager or the owner to sign in.")),
    "session_over": (m("{where} no longer works here with these rights."), m("Sign in anew.")),
    "trail_short": (
        m("Entries of {till} that stood in this shop's trail on {when} are missing: at least {missing}."),
        m("An older or another file lies here. Restore the newest backup, or let the owner say that this file is the right one."),
    ),
    "trail_other": (
        m("The trail of {till} is not the one that stood here on {when}."),
        m("An older or another file lies here. Restore the newest backup, or let the owner say that this file is the right one."),
    ),
    "clock_suspect": (
        m("The clock of this computer stands far from what was recorded last."),
        m("Set the clock right, or confirm at the till (clock confirm) what day it is."),
    ),
    "phone_or_card": (m("A member needs a phone or a card number."), m("Type one of them.")),
    "phone": (m("{where} is not a phone number."), m("A number here looks like {example}; start others with + and the country.")),
    "phone_country": (m("{where} says no country."), m("Start the phone with + and the number of its country.")),
    "region": (m("{where} is not a country."), m("Use its two letters, like CN, SG or FR.")),
    "region_missing": (m("The time zone {where} lies in no country."), m("Say where phones without a country code are from, like CN.")),
    "birthday": (m("{where} is not a birthday."), m("Type it like 1990-05-17 or 05-17.")),
    "birthday_ambiguous": (m("{where} is either of two days."), m("Write the year first: 1990-05-17.")),
    "email": (m("{where} is not an e-mail address."), m("It looks like name@example.com.")),
    "gender": (m("{where} is not a gender this program knows."), m("Use 女, 男, f, m or leave it empty.")),
    "phone_taken": (m("{where} is a member already: {name} {member_no}."), m("Open that member instead.")),
    "card_taken": (m("Card {where} belongs to another member."), m("Check the number.")),
    "other_member": (m("Another member is on this bill already."), m("Close the bill first.")),
    "too_short": (m("Type at least four digits or two characters of the name."), ""),
    "segment_empty": (m("Nobody is in segment {where} now."), m("Choose another one.")),
    "member_busy": (m("A bill of {where} is open or put aside."), m("Close or drop it first.")),
    "tag": (m("{where} cannot be a tag."), m("Up to 40 signs without a comma.")),
    "tag_name": (m("There is no tag {where}."), m("See the list of tags.")),
    "tag_colour": (m("{where} is not a colour of tags."), m("Known colours: {known}.")),
    "tag_days": (m("A tag cannot stay for {where} days."), m("Take 1 to 36,500, or leave it empty for ever.")),
    "guardian_missing": (m("Born {where}: a child under 14."), m("Write down who answers for the child (guardian).")),
    "card_lost": (m("Card {where} was reported lost."), m("Find the member by phone; the new card works.")),
    "card": (m("This member has no card {where}."), m("Check the number.")),
    "look_ups": (m("You have searched {most} times in this hour."), m("Scan cards, or ask the manager.")),
    "fact_wrong": (m("That is not what the file says."), m("Ask for the name or the birthday, or call the manager.")),
    "phones_most": (m("A member has {most} phones at the most."), m("Take one away first.")),
    "cards_most": (m("A member has {most} cards at the most."), m("Report one lost first.")),
    "evidence_missing": (
        m("Somebody with this address asked never to be written to ({where})."),
        m("Write down what proves the new yes: a signature, a message."),
    ),
    "encoding_unknown": (m("{where} is no encoding of a text."), m("Usual ones: {known}.")),
    "encoding_unsure": (
        m("{where} can be read in more than one way: {known}."),
        m("Name the encoding in which it reads right."),
    ),
    "encoding": (
        m("Line {line} of {where} is broken: it is no {encoding} text like the rest."),
        m("Put that line right, or save the file anew as UTF-8 CSV or .xlsx."),
    ),
    "sheet_unknown": (m("There is no sheet {where} in the workbook."), m("Its sheets: {known}.")),
    "no_sheets": (m("{where} is a text: it has no sheets."), m("Leave the sheet out.")),
    "header_row": (m("The titles cannot stand in row {where}."), m("Name a row from 1 to {most}.")),
    "blank_column": (m("Cells of {where} cannot be left blank."), m("These can: {known}.")),
    "totals_unknown": (m("{where} is no control total of this kind of file."), m("Known totals: {known}.")),
    "totals_differ": (m("The control total {where} is {found}, not {expected}. Nothing was kept."), m("Check the file, or the total.")),
    "mapping": (m("There is no mapping {where}."), m("See the list of mappings.")),
    "mapping_name": (m("The mapping needs a name."), ""),
    "mapping_column": (m("{where} is no column of this kind of file."), m("Known columns: {known}.")),
    "mapping_title": (m("The mapping names the title {where}, which the file does not have."), m("Titles of the file: {known}.")),
    "mapping_shape": (m("The mapping does not work: {word} is nothing it can say."), m("See the manual for what a mapping says.")),
    "fix_alike_shape": (m("{where} does not say which cells are put right."), m("Write COLUMN:OLD=TEXT, like gender:lady=f.")),
    "fix_shape": (m("{where} does not say which cell is put right."), m("Write ROW:COLUMN=TEXT, like 217:phone=13800138000.")),
    "tag_rule_tag": (m("The rule of tag {where} asks for tags."), m("Ask for what members did instead.")),
    "not_enough_data": (m("Only {where} members came a second time."), m("From {least} on something can be said.")),
    "not_learned": (m("How members come and go was not learned yet."), m("Let it be learned first (learn).")),
    "merge_newer": (m("Something was merged into {where} later."), m("Part the later one first.")),
    "stale_changed": (m("It would be {now} members now, not {seen}. Nobody was forgotten."), m("Look at the list again.")),
    "phone_of_member": (m("{where} is not a phone of this member."), m("Check the number.")),
    "merge": (m("Nothing was merged into {where}."), m("See the list of merges.")),
    "merge_same": (m("{where} is the same member."), m("Choose two different ones.")),
    "merge_field": (m("{where} cannot be chosen."), m("Known fields: {known}; survivor or merged.")),
    "merge_over": (m("The two can no longer be parted: more than {days} days have passed, or one was forgotten."), ""),
    "segment": (m("There is no segment {where}."), m("See the list of segments.")),
    "segment_code": (m("{where} cannot be the code of a segment."), m("Take up to 40 signs without spaces that no built-in segment has.")),
    "segment_taken": (m("There is a segment {where} already."), m("Take another code; a kept list is never changed.")),
    "segment_shape": (m("{where} is no rule of a segment."), m("A rule is all, any, not, or a condition with field, op and value.")),
    "segment_deep": (m("{where} is nested too deeply."), m("At most {most} levels.")),
    "segment_long": (m("The rule has too many conditions."), m("At most {most} of them.")),
    "segment_field": (m("{where}: nothing is known as {field}."), m("Known fields: {known}.")),
    "segment_op": (m("{where}: {op} does not fit this field."), m("It takes: {known}.")),
    "segment_value": (m("{where}: {value} does not fit this field."), m('Whole numbers, amounts like "12.50", or one of the known words.')),
    "segment_more": (m("{where}: {key} does not belong to this field."), m("It may have: {known}.")),
    "not_toml": (m("{where} cannot be read: {reason}."), m("See the example in the manual.")),
    "offer_key": (m("An offer has no {where}."), m("It has: {known}.")),
    "offer_missing": (m("The offer's {where} is missing or has spaces."), m("Fill it in.")),
    "offer_value": (m("{value} does not fit {where}."), m("Amounts like 20 or 12.50, whole numbers from 1, dates like 2026-11-30.")),
    "offer_no_value": (m("The offer gives nothing."), m("Fill in its value.")),
    "threshold_missing": (m("A threshold offer needs its threshold."), m("Fill in the minimum spend.")),
    "value_over_threshold": (m("The discount is more than the spend it asks for."), m("Raise the minimum spend or lower the value.")),
    "cap_without_percent": (m("Only a percentage can have a cap."), m("Remove the cap.")),
    "zhe_and_value": (m("The discount is given twice, as 折 and as a percentage."), m("Keep one of them.")),
    "zhe_without_percent": (m("折 belongs to a percentage off."), m("Use the value instead.")),
    "dates_reversed": (m("The offer ends on {last}, before it starts on {first}."), m("Swap the dates.")),
    "offer_no_effect": (m("{where} counts for nothing in an offer of this kind."), m("Leave it out, or choose another kind.")),
    "offer_coupon_only": (
        m("{where} is a matter of coupons, and this offer applies by itself."),
        m("Leave it out, or give the offer as coupons."),
    ),
    "offer_automatic_only": (
        m("{where} is a matter of offers that apply by themselves."),
        m("Leave it out: coupons are taken in the order of scanning."),
    ),
    "alone_in_group": (m("A coupon that is taken alone needs no group."), m("Leave out the group, or let it go together with others.")),
    "scope_empty": (m("All goods of the offer are left out again."), m("Name goods that are for it, and others that are not.")),
    "never_on": (m("No day from the first to the last is one of its days."), m("Change the days, or the weekdays.")),
    "buy_missing": (m("It is not said how many pieces must be bought."), m("Give at least {least} in buy.")),
    "gifts_missing": (m("No gift is named."), m("Name the articles that are given.")),
    "reward_missing": (m("A stamp card needs the offer that a full card gives."), m("Name its code in reward.")),
    "reward_stamps": (m("Only a stamp card has a reward."), m("Leave it empty.")),
    "supplier_half": (m("A supplier and its share belong together."), m("Fill in both, or none.")),
    "gift_medicine": (m("{where} is a medicine that may not be given away."), m("Choose another gift.")),
    "gift_circular": (m("The gift is the article itself that must be bought."), m("Use buy and get for the same article.")),
    "scope_missing": (m("This kind of offer needs its goods."), m("Name articles or categories.")),
    "automatic_only": (
        m("This kind cannot be given in this way."),
        m("More points is always automatic; what is decided elsewhere never is."),
    ),
    "automatic_days": (m("An automatic offer is not issued, so it has no days after issue."), m("Give it a first and a last day.")),
    "value_over_budget": (m("The budget is less than a single discount."), m("Raise the budget or lower the value.")),
    "times_reversed": (m("The hours end before they begin."), m("Exchange them, or make two offers for a night.")),
    "return_line": (m("The receipt has no line {where} that could come back."), m("Look at the receipt's lines; count from 1.")),
    "return_quantity": (m("Only {left} of line {where} can still come back."), m("Return that many or fewer.")),
    "nothing_left": (m("Everything on receipt {where} came back already."), m("Look at its returns.")),
    "return_final": (m("A return is not taken back."), m("Sell the goods again on a new receipt.")),
    "has_returns": (m("Goods of receipt {where} came back already, so it cannot be voided."), m("Return the rest of it instead.")),
    "reason_missing": (m("A reason is needed."), m("Say in a few words why.")),
    "sale_suspended": (m("Receipt {where} is put aside, not sold."), m("Resume it or drop it first.")),
    "not_a_sale": (m("Receipt {where} is no sale of goods with an amount."), m("Use the receipt of the sale itself.")),
    "delay_without_days": (m("A delay needs a number of days that the coupon is valid."), m("Give valid_days too.")),
    "return_owes": (
        m("What stays ({gifts}) costs more without these goods: {owes} would be owed."),
        m("Take it back too, or more of the goods."),
    ),
    "points_scope": (m("More points are for the whole bill."), m("Leave out goods and pieces; a minimum spend is possible.")),
    "offer_automatic": (m("Offer {where} applies by itself, it has no coupons."), m("Make another offer for coupons.")),
    "tier_until": (m("The day {where} is over."), m("Give a day from today on.")),
    "tier_name": (m("The tier needs a name."), ""),
    "tier_range": (m("The figures of tier {where} are out of range."), m("Spend from 0, a price below 100 % off, points up to 100 times.")),
    "tier_threshold": (m("Another tier begins at the same spend as {where}."), m("Give it another threshold.")),
    "tier": (m("There is no tier {where}."), m("Look at the ladder: tier list.")),
    "adjust_count": (m("{where} is not a number of points that can be moved."), m("Give a whole number, not 0.")),
    "adjust_limit": (m("More than {most} points at once are the owner's to adjust."), m("Ask the owner.")),
    "adjust_limit_day": (m("More than {most} points a day are the owner's to give or take."), m("Ask the owner.")),
    "card_unsaid": (
        m("As long as nobody has said which member card is yours, you give or take no more than {most} points a day."),
        m("Let the owner say it in the list of staff, or that you have none; or ask the owner to give them."),
    ),
    "own_name": (
        m("The member {where} is called like you, and nobody has said which member card is yours."),
        m("Let the owner say it in the list of staff, or that you have none; or let a manager approve it."),
    ),
    "nothing_to_suspend": (m("There is nothing on this bill that could wait."), m("Scan goods first.")),
    "open_bill_first": (m("A bill is open at this till."), m("Close it or put it aside first.")),
    "suspended_many": (m("This till has {most} suspended bills."), m("Resume or drop one first.")),
    "validity_missing": (m("The offer has no end."), m("Give it a last day, or days after issue.")),
    "offer_frozen": (m("Coupons of {where} are out already, so what it says stays."), m("Stop it and make a copy under another code.")),
    "offer_stopped": (m("Offer {where} is stopped."), m("Let it run again first.")),
    "offer_external": (m("Offer {where} is decided by another system."), m("Its coupons come by import only.")),
    "offer_over": (m("The offer ended on {last}."), m("Copy it with new dates.")),
    "total_limit": (
        m("{asked} coupons are more than the {left} that may still be issued."),
        m("Issue fewer, or copy the offer with a higher limit."),
    ),
    "count": (m("{where} is not a number of coupons."), m("From 1 to {most} in one batch.")),
    "count_or_members": (m("Say how many coupons, or which members get one."), m("One of the two.")),
    "code_or_batch": (m("Say which coupon or which batch."), m("One of the two.")),
    "bearer_only_named": (m("Offer {where} is for members only."), m("Issue it to members.")),
    "ambiguous": (m("Several receipts have the number {where}."), m("Say which one by its date, and by its store if need be.")),
    "demo_members": (m("A demo shop cannot have {where} members."), m("It has {least} to {most}.")),
    "batch_printed": (
        m("Batch {where} is on paper already: {printed} coupons that anybody may use."),
        m("Print it again only as marked copies."),
    ),
    "nothing_to_print": (m("No coupon of {where} can still be used."), ""),
    "bearer_reprint": (
        m("A coupon for whoever holds it is never printed again."),
        m("Cancel this one and give out another one of the batch."),
    ),
    "coupon_used": (m("This coupon is used or void already."), m("Look the coupon up.")),
    "coupon_held": (m("The bill {receipt} that was put aside holds this coupon."), m("Drop that bill first.")),
    "exchange_limit": (m("Each member may use {where} {most} times, and has as many."), m("Choose another coupon.")),
    "request_conflict": (m("Request number {where} was used for something else."), m("Take a new number for a new act.")),
    "amount": (m("{where} is not an amount for a bill."), m("Type it like 128 or 128.50, more than zero.")),
    "amount_or_lines": (m("A sale has an amount or lines, not both."), m("Give one of the two.")),
    "no_points": (m("What earns no points is more than the bill."), m("Type the part of the bill that earns nothing.")),
    "tender": (m("The amount paid by {where} is not possible."), m("Type what the customer gives, more than zero.")),
    "tender_twice": (m("One way of paying is named twice."), m("Add the two amounts up.")),
    "tender_short": (m("{short} is missing."), m("Take the rest in cash or another way.")),
    "tender_over": (m("That is {over} more than is due."), m("Only cash gives change: type the exact amount.")),
    "basket_full": (m("A bill has at most {most} lines."), m("Close it and go on with a second one.")),
    "basket_line": (m("The bill has no line {where}."), m("Count from 1.")),
    "proof_required": (
        m("Points and named coupons need a proof of who the member is."),
        m("Show the card, the whole phone or the password."),
    ),
    "proof_wrong": (m("What was shown is not this member's."), m("Scan the card, or type the whole phone.")),
    "proof_card": (m("To use points or a named coupon, the last digits are not enough."), m("Scan the card, or type the whole phone.")),
    "proof_second": (m("Above {least} the member has to prove who it is."), m("Ask for the password, or for surname and birthday.")),
    "proof_nothing": (
        m("The member has no password, and no name or birthday in the file."),
        m("Let a manager sign in, or complete the file first."),
    ),
    "password_wrong": (m("The password is not right. {left} tries are left."), m("Ask again, or ask for surname and birthday.")),
    "password_locked": (m("The password was wrong too often."), m("Ask for surname and birthday; a manager sets a new one.")),
    "password_digits": (m("A member's password has four to six digits, not all the same."), m("Choose another one.")),
    "emergency_code": (m("This emergency code is not known, or was used already."), m("Take the next one of the list in the safe.")),
    "emergency_over": (m("An emergency code is good for at most {most}."), m("This coupon has to wait for a manager.")),
    "emergency_count": (m("{where} is not a number of codes."), m("From 1 to 50.")),
    "allowance_used": (m("You have set rules aside {most} times today."), m("A manager can set more aside.")),
    "own_card": (
        m("This is your own member card: it earns, but you do nothing else with it alone."),
        m("Let a manager approve it with the PIN, or another person do it."),
    ),
    "has_member": (m("Receipt {where} has its member already."), m("Look at the receipt.")),
    "attach_late": (m("A cashier adds a member only to a sale of this till and day."), m("A manager can do it later.")),
    "attach_often": (m("This member was added to a sale of today already."), m("A manager can do it again.")),
    "stamp_pieces": (m("{where} needs a number of pieces from 1 to 1000."), m("Count the pieces the customer bought.")),
    "named_batch": (m("The coupons of batch {where} belong to members, they are no stock."), m("Only coupons for whoever holds them are.")),
    "serials": (m("{where} are no serials of this batch."), m("From 1 to {most}.")),
    "serials_out": (m("Some of {where} are out or void already."), m("Look at the batch's stock card.")),
    "serials_in": (m("Some of {where} are not out."), m("Look at the batch's stock card.")),
    "channel_missing": (m("It is not said where the coupons go."), m("Name the way: street, partner, counter ...")),
    "counted": (m("The count of {where} is not possible."), m("A whole number from 0.")),
    "exchange_nothing": (m("Nothing is taken instead."), m("Scan the other goods, or take the return alone.")),
    "not_today": (m("{where} is not what this computer's clock says: {today}."), m("Set the clock right.")),
    "was_exchanged": (m("Goods that came back helped to pay receipt {where}."), m("Take its goods back as a return.")),
    "sale_posted": (m("Receipt {where} is sold, it does not wait."), m("Look at the bills that were put aside.")),
    "tender_no_amount": (m("A bill without amount cannot be paid here."), m("Type its amount first.")),
    "stamps_member": (m("Stamps need a member."), m("Name the member.")),
    "stamps_lines": (m("Articles are counted by themselves."), m("Count pieces by hand only for a bill without articles.")),
    "stamps_condition": (m("A stamp card cannot have the condition {where}."), m("Leave it empty.")),
    "reward_impossible": (m("The reward of a stamp card must be an offer with coupons of its own."), m("Name another offer.")),
    "batch_void": (m("Batch {where} is cancelled."), m("Choose another batch.")),
    "serials_used": (m("Some of {where} are used already."), m("Leave them out.")),
    "serials_shape": (m("{where} are no serials."), m("Type them like 1-500.")),
    "counted_twice": (m("{where} is counted twice."), m("Add the two counts up.")),
    "open_bill_other": (m("Another customer's bill {where} is open at this till."), m("Close it or take it back first.")),
    "bill_has_goods": (m("This bill has articles, its amount is theirs."), m("Add goods without a code by their price.")),
    "price_changed": (m("It comes to {now} now; {was} was shown. Nothing was posted."), m("Tell the customer, then take the new sum.")),
    "expect_no_amount": (m("A sum is expected of a bill without an amount."), m("Give the amount too, or expect nothing.")),
    "amount_known": (m("Receipt {where} has its amount already."), m("Look at the receipt.")),
    "quantity": (m("The quantity of {where} is not possible."), m("From 0.001 to 10,000, at most three decimals.")),
    "price_missing": (m("Article {where} has no price."), m("Give one: SKU:QTY:PRICE.")),
    "sale_state": (m("Receipt {where} was taken back already."), m("Look at the receipt.")),
    "void_too_late": (m("Receipt {where} is of {day}; only a sale of today can be voided."), m("Take the goods back as a return.")),
    "undo_late": (m("That is longer ago than {minutes} minutes, or another bill came after it."), m("A manager can void it.")),
    "undo_often": (m("You have taken back {most} bills today."), m("A manager can void more.")),
    "points_short": (m("The member has {have} points, not {asked}."), m("Use at most {have}.")),
    "points_member": (m("Points need a member and an amount."), m("Name the member, and type the amount or scan goods.")),
    "points_step": (m("Points are used in steps of {step}."), m("Use {step} or a multiple of it.")),
    "points_cap": (m("At most {cap} % of a bill can be paid with points."), m("Use fewer points.")),
    "rule_value": (m("{value} does not fit the rule {where}."), m("Allowed: {allowed}. Its default is {default}.")),
    "day_future": (m("{where} has not come yet."), ""),
    "receipts": (m("{where} is not a number of receipts."), ""),
    "period": (m("The period ends before it starts."), m("Swap the dates.")),
    "output_not_empty": (m("{where} holds other things."), m("Choose an empty folder.")),
    "no_file": (m("There is no file {where}."), m("Check the name.")),
    "empty_file": (m("{where} is empty."), m("The first row must hold the column names.")),
    "not_a_table": (m("{where} is no workbook (.xlsx, .xls) and no CSV text."), m("Save it as .xlsx or CSV and try again.")),
    "unsafe_file": (
        m("{where} holds things no plain table needs, so it was not opened."),
        m("Save it anew as .xlsx without macros or protection."),
    ),
    "too_large": (m("{where} is larger than what can be read safely."), m("Split it: 100,000 rows a workbook, 10 million a CSV file.")),
    "broken_row": (m("Line {where} of the file is broken: {reason}."), m("Mostly a quotation mark that is not closed.")),
    "too_many_columns": (m("Line {where} has more than 256 columns."), m("Check the separator.")),
    "file_crashed": (m("{where} could not be read to its end."), m("Save it anew and try again.")),
    "import_kind": (m("{where} is nothing that can be imported."), m("One of: {known}.")),
    "on_existing": (m("{where} is no way to treat what exists."), m("Use fill, replace or skip.")),
    "naive_zone": (m("{where} is not a time zone."), m("Use a name like UTC or Asia/Shanghai.")),
    "columns_missing": (m("{where} has no column for: {columns}."), m("Known columns: {known}; or give a mapping.")),
    "import_rejected": (
        m("{rejected} rows cannot be taken as they are, so nothing was imported."),
        m("Correct them, or import the rest with --skip-bad."),
    ),
    "import_running": (m("Another import is running."), m("Wait until it is done.")),
    "issue_running": (m("Coupons are being issued by another program."), m("Wait until it is done, then try again.")),
    "import_in_group": (
        m("Import {where} came in together with others, as number {group}."),
        m("Roll all of them back at once."),
    ),
    "import_group": (m("Nothing came in together under the number {where}."), m("See what came in from other systems.")),
    "kind_unclear": (m("{where} may be one of several lists: {known}."), m("Say which one it is.")),
    "kind_unknown": (m("The titles of {where} say nothing that is known here."), m("Say which list it is: {known}.")),
    "no_files": (m("There is no file yet."), m("Choose the files of the old system.")),
    "no_such_file": (m("{where} is none of the files: {known}."), m("Give the name of one of them.")),
    "way_shape": (
        m("{where} does not say how a file is read."),
        m("Write the file, a colon, a name and a value, like old.csv:encoding=gb18030. Known: {known}."),
    ),
    "twice_named": (m("Two of the files are called {where}."), m("Give one of them another name.")),
    "move_not_back": (
        m("Number {where} came in only in part, and the disk does not let it be rolled back now."),
        m("Free some space; it is rolled back when the store is opened next."),
    ),
    "import_undone": (m("Import {where} was rolled back already."), ""),
    "import_in_use": (
        m("Import {where} cannot be rolled back, nothing was changed. In use: {uses}."),
        m("Undo or roll those back first, or put right by another import what this one brought."),
    ),
    "import_too_old": (m("Import {where} is older than {days} days."), ""),
    "file_kind": (m("{where} is neither .xlsx nor .csv."), m("Give the file one of these endings.")),
    "export_kind": (m("{where} is nothing that can be exported."), m("One of: {known}.")),
    "layout": (m("{where} is no paper this program knows."), m("One of: {known}.")),
    "first_cell": (m("{where} is no cell of this sheet."), m("Cells count from 1, row by row.")),
    "glyphs": (m("The font has no sign for: {where}."), m("Change the text.")),
    "printer": (m("No printer answers to {where}."), m("Save as PDF instead.")),
    "folder_missing": (m("The folder {where} does not exist."), m("Make it, or choose another.")),
    "answer_lost": (m("The answer could not be written ({where}). What the command did is done."), m("Look at it with another command.")),
    "network_drive": (
        m("{where} lies on a network drive, where a store can be damaged."),
        m("Keep it on this computer; several tills use PostgreSQL."),
    ),
    "sqlite_too_old": (m("The database library {version} can lose data."), m("Install the program again.")),
    "file_gone": (
        m("The store file {where} was moved or replaced while the program ran."),
        m("Nothing more is recorded. Close the program and look for the file."),
    ),
    "foreign_file": (
        m("{where} is not a store of this program."),
        m("Choose another file; this one was not touched. An encrypted store needs its key file on this machine."),
    ),
    "wrong_key": (
        m("The key kept on this machine does not open {where}, or it is damaged."),
        m("Put the right key file back, or restore a backup."),
    ),
    "key_unreadable": (m("The key file {where} cannot be read."), m("Write the recovery code into it: 64 digits and letters a to f.")),
    "encrypt_server": (m("A server's database is encrypted by the server."), m("Leave out --encrypt.")),
    "backup_in_use": (m("{where} is a store in use, not a backup."), m("Make a backup of it, and use that.")),
    "other_shop": (m("The backup {where} is of another shop."), m("Open it as a store of its own.")),
    "newer_store": (m("{where} was made by a newer version of this program."), m("Install that version; the file was not touched.")),
    "damaged": (m("The store {where} is damaged."), m("Restore the newest backup.")),
    "disk_full": (m("The disk is full. Nothing was saved."), m("Free some space, then do it again.")),
    "no_space": (m("There is not enough space at {where}."), m("Free some space or choose another disk.")),
    "busy": (m("Another program holds the store. Nothing was saved."), m("Try again in a moment.")),
    "read_only": (m("{where} cannot be written."), m("Check the rights of the folder, or choose another.")),
    "io": (
        m("The disk does not answer as it should. Nothing was saved."),
        m("Close the program, check the disk, open it again and make a backup."),
    ),
    "unreachable": (m("The database server does not answer. Nothing was saved."), m("Check the network and try again.")),
    "not_sqlite": (m("A server's database is backed up by the server's own tools."), m("Use pg_dump.")),
    "backup_damaged": (m("The backup {where} is damaged or incomplete."), m("Use another one.")),
    "backup_incomplete": (m("{table} is missing in the backup {where}."), m("Use another one.")),
    "manifest_missing": (
        m("Beside {where} its manifest is missing: nobody can tell whether the copy is as it was made."),
        m("Take a copy with its manifest, or say that you want this one all the same."),
    ),
    "folder_link": (m("{where} is a link that leads to no folder."), m("Mend the link, or choose another folder.")),
    "copy_running": (m("Another copy of this store is being made, or put back."), m("Wait until it is done, then try again.")),
    "upgrade_waits": (
        m("The store {where} is of an earlier version, and a window has it open. Nothing was changed."),
        m("Close that window, then try again."),
    ),
    "store_replaced": (
        m("The store {where} was put back to another state while the program ran. Nothing was recorded."),
        m("Open it anew, look what stands in it, and do it again."),
    ),
    "stopped": (
        m("The disk failed while something was written down. Nothing more is recorded until the store is opened anew."),
        m("Close the program, check the disk, and open it again. What was acknowledged before is kept."),
    ),
    "other_window": (m("A window of this store is open already."), m("Use that window, or close it first.")),
    "first_run": (m("There is no store here yet."), m("Make one.")),
    "cannot_write": (m("{where} cannot be written: {reason}."), m("Close it elsewhere or choose another place.")),
    "collided": (m("Somebody else did the same at the same moment. Nothing was kept."), m("Do it again.")),
    "number": (m("{where} is more than can be counted here."), m("Take a whole number up to {most}.")),
    "import_not_back": (
        m("The import of {where} ended, and the disk does not let all of it be rolled back now."),
        m("Free some space; the rest is rolled back when the store is opened next."),
    ),
    "import_half_shown": (
        m("{where} is imported, but the disk does not let all of it be shown now."),
        m("Free some space; the rest is shown when the store is opened next."),
    ),
    "own_file": (
        m("{where} belongs to a store or to this program. It was not touched."),
        m("Choose another name or folder for what is written."),
    ),
    "not_plain_file": (
        m("{where} is a folder, a link or a device, not a plain file."),
        m("Choose the name of a file."),
    ),
    "file_exists": (
        m("{where} is there already, and this program did not write it as the same kind of paper or list, or somebody has worked on it."),
        m("Choose another name, or say that it may be written over."),
    ),
    "sheet_full": (
        m("A sheet of a workbook holds {most} rows, and this list has more."),
        m("Choose a name that ends in .csv: such a file has no limit."),
    ),
    "about": (m("Nothing here is called {where}."), m("Name a member, a receipt, or the code of a coupon or an offer.")),
    "audit_action": (m("The trail knows no action {where}."), m("Leave it out to see which there are.")),
    "trail_page": (m("{where} is no place in the trail."), m("Take what the page before said, or begin with the newest.")),
    "trail_limit": (m("A page cannot have {where} entries."), m("From 1 to {most}.")),
    "name_too_long": (m("The name {where} is too long for this disk."), m("Choose a shorter one.")),
}

REFUSED: dict[RefusalCode, tuple[str, str]] = {
    RefusalCode.NOT_FOUND: (m("NOT OUR COUPON"), m("Give no discount. Scan the barcode on the coupon.")),
    RefusalCode.CHECKSUM: (m("MISREAD"), m("Scan it again, or type the digits.")),
    RefusalCode.VOIDED: (m("CANCELLED"), m("Give no discount. This coupon was cancelled.")),
    RefusalCode.NOT_STARTED: (m("NOT YET VALID"), m("Valid from {day}. Please come back then.")),
    RefusalCode.NOT_ACTIVATED: (m("NOT HANDED OUT"), m("Give no discount. This coupon is still in stock: ask where it comes from.")),
    RefusalCode.EXPIRED: (m("EXPIRED"), m("Give no discount. It ended on {day}.")),
    RefusalCode.ALREADY_REDEEMED: (m("ALREADY USED"), m("Give no discount. Used {when} at {till} by {staff}.")),
    RefusalCode.ON_THIS_BILL: (m("ON THIS BILL"), m("It counts already. Go on with the bill.")),
    RefusalCode.PAYMENT_CODE: (m("PAYMENT CODE"), m("This is a payment code. Scan it at the register.")),
    RefusalCode.MEMBER_REQUIRED: (m("MEMBER FIRST"), m("Scan the member's card or type the phone, then scan again.")),
    RefusalCode.WRONG_MEMBER: (m("NOT THIS MEMBER"), m("This coupon belongs to {member}.")),
    RefusalCode.AMOUNT_REQUIRED: (m("ENTER THE AMOUNT"), m("Type the amount before coupons, then Enter.")),
    RefusalCode.MIN_SPEND: (m("NOT FOR THIS BILL"), m("{short} short. Offer to add something, then scan again.")),
    RefusalCode.MIN_QUANTITY: (m("NOT FOR THIS BILL"), m("{pieces} more pieces are needed. Offer to add them, then scan again.")),
    RefusalCode.TIER: (m("NOT THIS TIER"), m("Only for members of tier {reason}.")),
    RefusalCode.STORE: (m("NOT IN THIS SHOP"), m("Only in {offer}.")),
    RefusalCode.WEEKDAY_TIME: (m("NOT AT THIS TIME"), m("Not on this day or at this hour. The coupon says when.")),
    RefusalCode.FIRST_PURCHASE: (m("FIRST PURCHASE ONLY"), m("This member has bought here before.")),
    RefusalCode.BIRTHDAY_WINDOW: (m("NOT THE BIRTHDAY"), m("Only around this member's birthday. Is it in the file?")),
    RefusalCode.TOTAL_LIMIT: (m("ALL GIVEN OUT"), m("This offer was used as often as allowed.")),
    RefusalCode.BUDGET: (m("BUDGET USED UP"), m("Less is left of its budget than this discount. Ask the manager.")),
    RefusalCode.RESERVED_ELSEWHERE: (m("ON ANOTHER BILL"), m("A suspended bill holds it. Resume or drop that bill first.")),
    RefusalCode.OTHER_CURRENCY: (m("OTHER CURRENCY"), m("This coupon is in another currency.")),
    RefusalCode.NO_ELIGIBLE_ITEM: (m("NOT FOR THIS BILL"), m("None of its goods is on this bill.")),
    RefusalCode.NOT_STACKABLE: (m("ONE COUPON A BILL"), m("{offer} is on this bill already.")),
    RefusalCode.MEMBER_LIMIT: (m("LIMIT REACHED"), m("This member has used it {limit} times, as often as allowed.")),
    RefusalCode.DAILY_LIMIT: (m("ENOUGH FOR TODAY"), m("Only {limit} coupons a day for each member. Tomorrow again.")),
    RefusalCode.MEMBER_BLOCKED: (m("MEMBER BLOCKED"), m("Ask the manager.")),
    RefusalCode.CAMPAIGN_PAUSED: (m("STOPPED"), m("{offer} is stopped. Ask the manager.")),
    RefusalCode.CLOCK_SUSPECT: (m("CLOCK WRONG"), m("Set this computer's clock right, then scan again.")),
    RefusalCode.AMBIGUOUS: (m("TWO MEANINGS"), m("This code stands for two things. Type the coupon's digits.")),
    RefusalCode.THROTTLED: (m("TOO MANY UNKNOWN CODES"), m("Call the manager to go on.")),
    RefusalCode.REQUEST_CONFLICT: (m("NOT SAVED"), m("Scan it again.")),
    RefusalCode.NO_EFFECT: (m("NO EFFECT"), m("Nothing is left to take off. The coupon was not used.")),
    RefusalCode.CARD_LOST: (m("LOST CARD"), m("This card was reported lost. Find the member by phone.")),
    RefusalCode.CHANNEL: (m("NOT AT THE TILL"), m("{offer} is taken by another system only.")),
}

REFERRALS = {"waiting": m("not rewarded yet"), "rewarded": m("rewarded"), "capped": m("over the cap")}
"""What became of a referral."""

_PROBLEMS: dict[str, str] = {
    "missing": m("is missing"),
    "unknown": m("is not known here"),
    "not_amount": m("is not an amount"),
    "not_quantity": m("is not a quantity"),
    "not_date": m("is not a date"),
    "not_time": m("is not a time"),
    "no_such_time": m("does not exist on that day (the clock was moved)"),
    "not_whole": m("is not a whole number"),
    "not_yes_no": m("is neither yes nor no"),
    "cell_error": m("is an error of the spreadsheet, no value: put the formula right or write the value"),
    "calendar_unknown": m("names no calendar known here: write solar or lunar, or say in the mapping what it means"),
    "points_decimals": m("has a part of a point: say for the column how points are rounded"),
    "more_cells": m("stands in a row with more cells than there are titles: a sign between cells stands inside one of them"),
    "sum_or_record": m("may be a sum or a record: leave the row out, or put its first cell right"),
    "zone_unknown": m("names a zone by letters that mean several: write the offset, like +08:00"),
    "digits_cut": m("lost its last digits in a spreadsheet: format the column as text and copy it again"),
    "birthday_ambiguous": m("is either of two days: write the year first"),
    "date_ambiguous": m("is either of two days: write the year first"),
    "before_start": m("ends before it begins"),
    "guardian_missing": m("is of a child under 14: the guardian is missing"),
    "points_opened_by_list": m("has an opening balance from a list of members already"),
    "card_lost": m("is a card that was reported lost"),
    "phone_short": m("has too few digits: a mobile number has 11"),
    "phone_long": m("has too many digits: a mobile number has 11"),
    "negative": m("is negative"),
    "out_of_range": m("is out of range"),
    "too_long": m("is too long: a code or number has at most 120 signs"),
    "twice_in_file": m("stands in the file twice"),
    "barcode_of_another": m("is the barcode of article {other}: one barcode, one article"),
    "other_shop": m("is a coupon of another shop: this one never issued it"),
    "erased_before": m("was erased at the member's own wish: leave out, or take in again only if the member asks for it"),
    "phone_of_another": m("is the phone of another member"),
    "card_of_another": m("is the card of another member"),
    "points_opened_before": m("differs from the opening balance imported before"),
    "receipt_differs": m("differs from the receipt that is here already"),
    "receipt_two_members": m("the receipt names another member in an earlier row: one receipt, one member"),
    "receipt_other_member": m("the receipt is here already, on another member"),
    "receipt_no_member": m(
        "the receipt is here already without a member: give it its member, or roll back the import that brought it and import this file"
    ),
    "brings_oneself": m("is the member's own number: nobody brings themselves"),
    "brought_by_another": m("differs: the member was brought by somebody else"),
    "not_a_stamp_card": m("is no stamp card here: import the offers first"),
    "stamps_here_before": m("differs from what stands on the card here"),
    "offer_differs": m("differs from the offer that is here already"),
    "offer_frozen": m("is frozen: its coupons are out already"),
    "after_offer_end": m("lies after the end of the offer"),
    "phone": m("is not a phone number"),
    "birthday": m("is not a date"),
    "email": m("is not an e-mail address"),
    "gender": m("is not known here"),
    "not_valid": m("cannot be read"),
}

ENTRY: dict[EntryKind, str] = {
    EntryKind.OPENING: m("Opening balance"),
    EntryKind.EARN: m("Earned"),
    EntryKind.BURN: m("Used as payment"),
    EntryKind.EXCHANGE: m("Exchanged"),
    EntryKind.CLAW_BACK: m("Taken back with a return"),
    EntryKind.RESTORE: m("Given back with a return"),
    EntryKind.EXPIRE: m("Expired"),
    EntryKind.ADJUST: m("Adjusted"),
    EntryKind.REVERSE: m("Reversed"),
}

KINDS: dict[OfferKind, str] = {
    OfferKind.PERCENT_OFF: m("Percent off"),
    OfferKind.AMOUNT_OFF: m("Amount off"),
    OfferKind.THRESHOLD_OFF: m("Threshold off"),
    OfferKind.EVERY_THRESHOLD: m("Every threshold off"),
    OfferKind.FIXED_PRICE: m("Special price"),
    OfferKind.BUY_GET: m("Buy and get"),
    OfferKind.NTH_ITEM: m("N-th piece cheaper"),
    OfferKind.GIFT: m("Gift"),
    OfferKind.ADD_ON: m("Add-on at a price"),
    OfferKind.POINTS_TIMES: m("More points"),
    OfferKind.STAMPS: m("Stamp card"),
    OfferKind.EXTERNAL: m("Decided elsewhere"),
}

COUPON_STATES: dict[CouponState, str] = {
    CouponState.ISSUED: m("to use"),
    CouponState.RESERVED: m("on a suspended bill"),
    CouponState.REDEEMED: m("used"),
    CouponState.VOIDED: m("cancelled"),
}

LEFT_BEHIND: dict[str, str] = {
    "passwords": m("members' passwords: {count}; each sets a new one"),
    "lost_cards": m("cards reported lost: {count}; there they find nobody either"),
    "merges": m("merges that could still be parted: {count}; the two stay one there"),
    "kept_apart": m("pairs of whom somebody said that they are two people: {count}"),
    "tier_history": m("moves between tiers: {count}; the tier of today is in the list"),
    "stage_history": m("notes of members' stages: {count}"),
    "tag_rules": m("tags with a rule or an end of their own: {count}; the words on members are in the list"),
    "tag_ends": m("tags on members that end on a day: {count}; there they stay"),
    "opt_outs": m("addresses never written to: {count}; only their marks are kept here, so import the list they came from there too"),
    "erased_marks": m("marks of people who were erased: {count}; an old list could bring them again there"),
    "referral_sales": m("receipts that a referral was rewarded for: {count}; a return there takes no reward back"),
    "stamp_history": m("movements of stamps: {count}; what stands on the cards is in the list"),
    "points_history": m("movements of points: {count}; what is left of them is in the list, all of them in the list of movements"),
    "offer_history": m("earlier wordings of offers: {count}"),
    "coupon_holds": m("coupons held by an open bill: {count}; there nothing holds them"),
    "reversed_uses": m("uses of coupons that were taken back: {count}"),
    "voided_receipts": m("voided receipts and what voided them: {count}; together they are nothing"),
    "open_bills": m("bills that are not closed yet: {count}"),
    "tenders": m("ways of payment of receipts: {count}"),
    "promotion_steps": m("what each promotion took off a receipt: {count}; what was paid is in the list"),
    "coupon_shares": m("what each coupon took off a line: {count}; what was paid is in the list"),
}
"""What people are told of what a list that goes out does not carry."""
TOTALS: dict[str, str] = {
    "points": m("Points in all"),
    "spent_to_date": m("Spent so far, in all"),
    "amount": m("Sales, in all"),
    "discount": m("Discount, in all"),
    "net_sales": m("Sales of the days, in all"),
}
RETURNS: dict[str, str] = {
    "part": m("part of the receipt came back"),
    "all": m("all of the receipt came back"),
    "no_receipt": m("came back without a receipt"),
}

_PROOFS = {
    "whole": m("every page proven"),
    "": m("nobody vouches for it"),
    "copied": m("copied and read back, not every page proven yet"),
}


USED_BY: dict[str, str] = {
    "sale": m("receipts"),
    "redemption": m("uses of coupons"),
    "coupon": m("coupons"),
    "paper": m("printed batches"),
    "batch": m("batches of coupons"),
    "offer": m("offers"),
    "import": m("later imports"),
    "member_merge": m("merged members"),
    "point_entry": m("points of members"),
    "stamp_entry": m("stamps of members"),
    "tier_change": m("tiers given by hand"),
    "referral": m("referrals"),
    "consent": m("answers of members"),
    "lost_card": m("replaced cards"),
    "emergency_code": m("emergency codes"),
}
"""What stands on an import that shall be rolled back."""


def _facts(error: StoreError, words: Catalogue) -> dict[str, Any]:
    facts = {"where": error.where} | {key: str(value) for key, value in error.facts.items()}
    if "uses" in error.facts:
        facts["uses"] = words.t("; ").join(_use(use, words) for use in error.facts["uses"])
    return facts


def _use(use: Mapping[str, Any], words: Catalogue) -> str:
    what = USED_BY[use["by"]]
    return words.t("{count} {what} ({example})", count=use["count"], what=words.t(what), example=use["example"])


def proof(found: str, words: Catalogue) -> str:
    """How far a copy was proven when it was made (see keeping.copies)."""
    return words.t(_PROOFS[found])


def unprintable(signs: str, words: Catalogue) -> str:
    """What stands on paper as squares, "" for nothing."""
    return words.t("These signs cannot be printed, a square stands for each: {signs}", signs=signs) if signs else ""


def birthday(said: str, calendar: str, words: Catalogue) -> str:
    """A birthday as it was said: one of the lunar calendar says so, and is read again in that form."""
    return words.t("lunar {day}", day=said) if said and calendar == "lunar" else said


def sentence(error: StoreError, words: Catalogue, titles: Mapping[str, str] | None = None) -> str:
    """What happened and what it means, in one sentence. A window hands its `titles`: there the place has a name that people read,
    not the key that a file or a command has for it."""
    if isinstance(error, CouponRefused):
        return refusal(error.refusals[0], words)
    what, _ = _ERRORS.get(error.code, ("", ""))
    facts = _facts(error, words)
    if titles is not None and error.where in titles:
        facts["where"] = words.t(titles[error.where])
    return _fill(words.t(what), facts) if what else error.code


def cure(error: StoreError, words: Catalogue) -> str:
    """The way out, "" when there is none."""
    if isinstance(error, CouponRefused):
        return refusal_todo(error.refusals[0], words)
    _, way = _ERRORS.get(error.code, ("", ""))
    return _fill(words.t(way), _facts(error, words)) if way else ""


def _fill(text: str, facts: dict[str, Any]) -> str:
    class Blank(dict[str, Any]):
        def __missing__(self, key: str) -> str:
            return ""

    return text.format_map(Blank(facts))


def refusal_title(refused: Refusal, words: Catalogue) -> str:
    """The state in capitals, for the till's panel."""
    if refused.code is RefusalCode.NOT_STACKABLE and refused.reason in _APART:
        return words.t("NOT TOGETHER")
    return words.t(REFUSED[refused.code][0])


def refusal_todo(refused: Refusal, words: Catalogue) -> str:
    """What the cashier does now, with the distance."""
    facts = {
        "short": words.money(refused.short, short=True) if refused.short is not None else "",
        "day": words.short_day(refused.day) if refused.day else "",
        "when": words.stamp(refused.at) if refused.at else "",
        "till": refused.till or "",
        "staff": refused.staff or "",
        "member": refused.member or "",
        "limit": refused.limit or "",
        "pieces": refused.pieces or "",
        "reason": refused.reason or "",
        "offer": refused.offer or "",
        "receipt": grouped(refused.receipt) if refused.receipt else "",
    }
    if refused.code is RefusalCode.ALREADY_REDEEMED and refused.receipt:
        return _fill(words.t(_BY_YOU), facts)
    if refused.code is RefusalCode.NOT_STACKABLE and refused.reason in _APART:
        return _fill(words.t(_APART[refused.reason]), facts)
    return _fill(words.t(REFUSED[refused.code][1]), facts)


_BY_YOU = m("Give no second discount. Used by you just now ({when}), receipt {receipt}: if it was not printed, print it again.")
_APART = {
    "group": m("{offer} is on this bill already, and only one of the two is taken."),
    "alone": m("This coupon is taken alone, and {offer} is on this bill already."),
    "other_alone": m("{offer} is on this bill already, and it is taken alone."),
}
"""Why two coupons do not go together, where their own flags say so."""


def refusal(refused: Refusal, words: Catalogue) -> str:
    """State and to-do in one line, for lists and the command line."""
    return f"{refusal_title(refused, words)}: {refusal_todo(refused, words)}"


def left_behind(code: str, count: int, words: Catalogue) -> str:
    """What a list that went out does not carry."""
    return words.t(LEFT_BEHIND[code], count=words.number(count))


def problem(found: Problem, words: Catalogue) -> str:
    """What is wrong with one cell, without its place."""
    word = _PROBLEMS.get(found.kind)
    if word is None:
        what, _ = _ERRORS.get(found.kind, (m("cannot be read"), ""))
        return _fill(words.t(what), {"where": found.column, "value": found.value, **found.facts})
    return words.t(word, **found.facts) + (words.t(" (first in row {row})", row=found.facts["first"]) if "first" in found.facts else "")


def benefit(rule: OfferRule, words: Catalogue) -> str:
    """What the coupon gives in large type: ¥20, 8.5折, 15% off."""
    if rule.kind is OfferKind.PERCENT_OFF:
        return f"{zhe_text(rule.value)}折" if words.chinese else f"{percent_text(rule.value)}% off"
    if rule.kind is OfferKind.BUY_GET:
        return words.t("Buy {buy} get {get}", buy=rule.buy, get=rule.get or 1)
    if rule.kind in (OfferKind.NTH_ITEM, OfferKind.GIFT, OfferKind.ADD_ON, OfferKind.POINTS_TIMES, OfferKind.STAMPS):
        return words.t(KINDS[rule.kind])
    if rule.kind is OfferKind.EXTERNAL:
        return words.t("Special offer")
    return words.money(rule.value, short=True)


def condition(rule: OfferRule, words: Catalogue) -> str:
    """Under what condition, in a few words."""
    if rule.min_spend:
        return words.t("from {amount}", amount=words.money(rule.min_spend, short=True))
    return words.t("No minimum spend")


def validity(rule: OfferRule, words: Catalogue) -> str:
    """When it can be used."""
    if rule.valid_days:
        days = words.n("valid 1 day, the day of issue", "valid {count} days from the day of issue", rule.valid_days)
        if rule.valid_delay:
            later = words.n("1 day", "{count} days", rule.valid_days)
            days = words.n(
                "valid {days} from the day after the issue",
                "valid {days}, beginning {count} days after the issue",
                rule.valid_delay,
                days=later,
            )
        return days + (words.t(", at most until {day}", day=words.day(rule.valid_to)) if rule.valid_to else "")
    if rule.valid_from:
        return words.t("valid {first} to {last}", first=words.day(rule.valid_from), last=words.day(rule.valid_to))
    return words.t("valid until {last}", last=words.day(rule.valid_to))


def rule_sentence(rule: OfferRule, words: Catalogue, *, dates: tuple[Day, Day] | None = None) -> str:
    """The whole rule as one human sentence, as printed on the coupon and read while designing it."""
    amount = words.money(rule.value, short=True)
    if rule.kind in _PIECES:
        what = _pieces(rule, words, amount)
    elif rule.kind is OfferKind.PERCENT_OFF:
        what = words.t(
            "{percent}% off (the customer pays {pays}%)",
            percent=percent_text(rule.value),
            pays=percent_text(10_000 - rule.value),
            zhe=zhe_text(rule.value),
        )
        what += words.t(", at most {cap} off", cap=words.money(rule.cap, short=True)) if rule.cap else ""
    elif rule.kind is OfferKind.EXTERNAL:
        what = words.t("Discount decided by another system")
    else:
        what = words.t("{amount} off", amount=amount)
    if rule.min_spend:
        spend = words.money(rule.min_spend, short=True)
        every = rule.kind is OfferKind.EVERY_THRESHOLD
        what = (
            words.t("Every {threshold}: {what}", threshold=spend, what=what)
            if every
            else words.t("Spend {threshold}: {what}", threshold=spend, what=what)
        )
        what += words.n(", at most once", ", at most {count} times", rule.max_repeats) if every and rule.max_repeats else ""
    parts = [what]
    if rule.scoped:
        parts.append(
            words.t("on {goods}", goods=_goods((*rule.categories, *rule.brands, *rule.products), words))
            if _named(rule)
            else words.t("on all goods")
        )
        if rule.not_categories or rule.not_products:
            parts.append(words.t("except {goods}", goods=_goods((*rule.not_categories, *rule.not_products), words)))
    parts += _restrictions(rule, words)
    if dates:
        parts.append(words.t("valid {first} to {last}", first=words.day(dates[0]), last=words.day(dates[1])))
    elif not rule.automatic or rule.valid_to:
        parts.append(validity(rule, words))
    if rule.uses_allowed is None:
        parts.append(words.t("usable without limit"))
    elif rule.uses_allowed > 1:
        parts.append(words.t("usable {count} times", count=rule.uses_allowed))
    if rule.automatic:
        return words.t("; ").join([*parts, words.t("applies by itself")]) + words.t(".")
    if rule.limit_per_member:
        parts.append(words.n("once for each member", "{count} times for each member", rule.limit_per_member))
    parts += _beside(rule, words)
    if not rule.bearer:
        parts.append(words.t("for the named member only"))
    return words.t("; ").join(parts) + words.t(".")


_PIECES = (
    OfferKind.FIXED_PRICE,
    OfferKind.BUY_GET,
    OfferKind.NTH_ITEM,
    OfferKind.GIFT,
    OfferKind.ADD_ON,
    OfferKind.POINTS_TIMES,
    OfferKind.STAMPS,
)


def _pieces(rule: OfferRule, words: Catalogue, amount: str) -> str:
    """What offers of pieces and points give."""
    gifts, count = _goods(rule.gifts, words), rule.get or 1
    if rule.kind is OfferKind.FIXED_PRICE:
        return words.t("{amount} a piece", amount=amount)
    if rule.kind is OfferKind.BUY_GET:
        what = words.t("Buy {buy}, get {get} free (the cheapest)", buy=rule.buy, get=count)
        return what + (words.n(", at most once", ", at most {count} times", rule.max_repeats) if rule.max_repeats else "")
    if rule.kind is OfferKind.NTH_ITEM:
        percent, pays = percent_text(rule.value), percent_text(10_000 - rule.value)
        return words.t(
            "Every piece no. {n} {percent}% off (the cheapest)", n=rule.buy, percent=percent, pays=pays, zhe=zhe_text(rule.value)
        )
    if rule.kind is OfferKind.STAMPS:
        days = words.n(" (a stamp lives 1 day)", " (a stamp lives {count} days)", rule.valid_days) if rule.valid_days else ""
        return words.t("A stamp for each piece; {count} stamps are a coupon of {offer}", count=rule.buy, offer=rule.reward) + days
    if rule.kind is OfferKind.POINTS_TIMES:
        return words.t("{times} times the points", times=percent_text(rule.value // 100))
    bought = words.t("Buy {buy}: ", buy=rule.buy) if rule.buy else ""
    if rule.kind is OfferKind.GIFT:
        return bought + words.n("a gift: {goods}", "{count} gifts of: {goods}", count, goods=gifts)
    return bought + words.t("{goods} for {amount} each", goods=gifts, amount=amount)


def _named(rule: OfferRule) -> bool:
    return bool(rule.categories or rule.brands or rule.products)


def _goods(names: tuple[str, ...], words: Catalogue) -> str:
    more = len(names) - 6
    return words.t(", ").join(names[:6]) + (words.t(" and {count} more", count=more) if more > 0 else "")


def _restrictions(rule: OfferRule, words: Catalogue) -> list[str]:
    """Who, when and where, each in a few words."""
    parts = []
    if rule.min_quantity:
        parts.append(words.n("from 1 piece", "from {count} pieces", rule.min_quantity))
    if rule.weekdays:
        names = ("周一 周二 周三 周四 周五 周六 周日" if words.chinese else "Mon Tue Wed Thu Fri Sat Sun").split()
        parts.append(words.t("on {days}", days=words.t(", ").join(names[d - 1] for d in rule.weekdays)))
    if rule.month_days:
        parts.append(words.t("on the {days} of the month", days=words.t(", ").join(str(d) for d in rule.month_days)))
    if rule.minutes:
        first, last = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in rule.minutes)
        parts.append(words.t("from {first} to {last}", first=first, last=last))
    if rule.tiers:
        parts.append(words.t("for tier {tiers}", tiers=words.t(", ").join(rule.tiers)))
    elif rule.members_only:
        parts.append(words.t("for members"))
    if rule.first_purchase:
        parts.append(words.t("for the first purchase"))
    if rule.birthday:
        parts.append(words.t("in the birthday month") if rule.birthday == "month" else words.t("7 days around the birthday"))
    if rule.stores:
        parts.append(words.t("in {stores}", stores=words.t(", ").join(rule.stores)))
    if rule.skip_discounted:
        parts.append(words.t("not on goods at a special price"))
    return parts


def _beside(rule: OfferRule, words: Catalogue) -> list[str]:
    """What a coupon goes together with, where it says so itself."""
    parts = []
    if rule.stackable:
        parts.append(words.t("together with other coupons that say so"))
    elif rule.stackable is False:
        parts.append(words.t("not together with another coupon"))
    if rule.group and rule.stackable is not False:
        parts.append(words.t("one of “{group}” on a bill", group=rule.group))
    return parts


STEPS = {
    "line": m("Promotion"),
    "tier": m("Tier price"),
    "order": m("Promotion"),
    "points": m("Points"),
    "rounding": m("Rounding"),
}
"""What each step of a price is called where it has no offer's name."""


TENDERS = {
    TenderKind.CASH: m("Cash"),
    TenderKind.WECHAT: m("WeChat Pay"),
    TenderKind.ALIPAY: m("Alipay"),
    TenderKind.CARD: m("Bank card"),
    TenderKind.EXCHANGE: m("Goods exchanged"),
    TenderKind.OTHER: m("Other"),
}


def near(refused: Refusal, words: Catalogue) -> str:
    """How little is missing for a promotion."""
    if refused.pieces:
        return words.n("1 piece more and it applies", "{count} pieces more and it applies", refused.pieces)
    return words.t("{amount} more and it applies", amount=words.money(refused.short or 0, short=True))


def tier_sentence(tier: str, next_tier: str, short: int | None, words: Catalogue) -> str:
    """ "gold", "silver; ¥200 more to reach gold"."""
    more = words.t("{amount} more to reach {tier}", amount=words.money(short, short=True), tier=next_tier) if short is not None else ""
    return words.t("; ").join(part for part in (tier, more) if part)


def return_effects(found: Any, words: Catalogue) -> list[str]:
    """Everything a return does besides the cash, a sentence each (found: services.till.returning.Returned)."""
    said = []
    if found.points_taken_back:
        said.append(words.n("1 point is taken back.", "{count} points are taken back.", found.points_taken_back))
    if found.points_given_back:
        said.append(words.n("1 point is given back.", "{count} points are given back.", found.points_given_back))
    if found.points_missing:
        ways = {
            "debt": m("{points} points are missing: the member owes them."),
            "cash": m("{points} points are missing: {cash} are kept for them."),
            "pending": m("{points} points are missing: they are let go."),
            "forgive": m("{points} points are missing: they are let go."),
        }
        said.append(words.t(ways[found.shortfall], points=words.number(found.points_missing), cash=words.money(found.cash_for_points)))
    if found.stamps_taken_back:
        said.append(words.n("1 stamp is taken back.", "{count} stamps are taken back.", found.stamps_taken_back))
    for gift in found.gifts_due:
        said.append(words.t("{name} stays and costs {charge} more without these goods.", name=gift.name, charge=words.money(gift.charge)))
    if found.coupons_back:
        said.append(words.n("1 coupon can be used again.", "{count} coupons can be used again.", len(found.coupons_back)))
    if found.coupons_kept:
        said.append(words.n("1 coupon stays used.", "{count} coupons stay used.", len(found.coupons_kept)))
    if found.coupons_void:
        said.append(
            words.n(
                "1 unused coupon is cancelled.",
                "{count} unused coupons are cancelled.",
                len(found.coupons_void),
            )
        )
    return said


RULES = {
    "stage_new": m("A customer is new for days since the first visit (30, or 2x own gaps)"),
    "stage_active": m("…active up to days since the last visit"),
    "stage_dormant": m("…dormant from days since the last visit"),
    "stage_lost": m("…lost after days since the last visit"),
    "rfm_days": m("RFM looks back days"),
    "rfm_groups": m("Groups of RFM scores, the first that fits"),
    "earn_points": m("Points earned…"),
    "earn_per": m("…for each full amount paid"),
    "points_per_unit": m("Points worth 1.00 as payment"),
    "points_step": m("Points are used in steps of"),
    "points_cap_percent": m("Points pay at most this % of a bill"),
    "points_expiry": m("Points end (next_year_end, never, days:N, months:N, idle_months:N)"),
    "points_pending_days": m("Days until earned points can be used"),
    "rounding": m("Bills are rounded down to (none, 0.1, 1)"),
    "tier_or_promotion": m("Tier price with promotions (both, lower)"),
    "tier_window": m("Tiers count the spend of (rolling, calendar)"),
    "return_shortfall": m("Points missing at a return (debt, cash, pending, forgive)"),
    "return_grace_days": m("Expired points given back live for (days)"),
    "welcome_offer": m("Offer for new members (code, - for none)"),
    "next_offer": m("Offer given with a sale (code, - for none)"),
    "next_offer_from": m("…for sales from"),
    "adjust_limit": m("Points a manager may adjust at once"),
    "adjust_limit_day": m("…and in a day, by hand or by a file"),
    "till_mode": m("This shop's till is (companion: beside another register, register: the register itself)"),
    "scale_codes": m("Labels of the scale, 2x + article + figure, say the (none, weight, price)"),
    "member_proof": m("Points and named coupons need the card or the whole phone (yes, no)"),
    "second_proof_from": m("…and above this a password, or surname and birthday"),
    "allowance_days": m("A cashier may take coupons ended up to (days ago)"),
    "allowance_short": m("…or short of the minimum by up to"),
    "allowance_per_shift": m("…so many times a day"),
    "emergency_most": m("An emergency code is good for up to"),
    "slip": m("A slip is printed (never, coupon: when a coupon is given, always)"),
    "coupons_per_bill": m("Coupons on one bill"),
    "coupons_per_member_day": m("Coupons a member may use a day"),
    "close_hour": m("The shop's day ends at (o'clock)"),
    "idle_close_minutes": m("A bill left alone closes after (minutes)"),
    "undo_minutes": m("A cashier may undo within (minutes)"),
    "undo_per_shift": m("Undos of a cashier a day"),
    "backup_keep_daily": m("Daily backups kept"),
    "look_ups_per_hour": m("Members a cashier may look up within an hour"),
    "retention_months": m("Members without a visit are proposed for erasure after (months)"),
    "referral_points": m("Points for who brings a friend"),
    "referral_friend_points": m("Points for the friend who was brought"),
    "referral_min_spend": m("A friend counts from a first purchase of"),
    "referral_hold_days": m("Points for friends can be used after (days)"),
    "referral_per_month": m("Friends a month that bring points"),
    "recruit_days": m("A new member counts for staff when buying within (days)"),
    "recruit_bonus": m("Bonus for a new member who counts"),
    "pairs_days": m("Goods bought together are learned from the last (days)"),
}
"""What each of the shop's rules says."""


_STUCK = {
    "writing": (
        m("Import {batch} ({file}) cannot be rolled back to its end: {why}."),
        m("Nobody sees what it brought. Check the books, then open the store again: it is tried anew each time."),
    ),
    "showing": (
        m("Import {batch} ({file}) is taken in, but not all of it can be shown: {why}."),
        m("What is missing is kept. Check the books, then open the store again: it is tried anew each time."),
    ),
}


def import_trouble(state: str, why: str, words: Catalogue, *, batch: int, file: str) -> tuple[str, str]:
    """Why an import is stuck and the way out; two blanks for one that is not."""
    if not why or state not in _STUCK:
        return "", ""
    said, cure = _STUCK[state]
    return words.t(said, batch=batch, file=file, why=why), words.t(cure)
