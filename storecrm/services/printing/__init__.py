"""Printing: everything that goes to paper, as PDF.

barcodes: Code 128 as exact vectors.
consent_history: a member's answers.
coupon_sheet: labels, slips and cards with coupons.
emergency_list: emergency codes for the safe.
member_card: the member's card.
member_data_file: everything kept of one member.
page: fonts, fitting text, millimetres.
receipt_slip: the customer's slip.
shift_slip: the shift sheet, to be signed.
slip: thermal paper, line under line.
"""
