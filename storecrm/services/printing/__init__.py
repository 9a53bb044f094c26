"""Printing: everything that goes to paper, as PDF.

barcodes: Code 128 as exact vectors.
consent_history: a member's answers.
coupon_cells: one coupon on its paper, by style.
coupon_layouts: the papers that coupons are printed on.
coupon_sheet: labels, slips and cards with coupons.
emergency_list: emergency codes for the safe.
member_card: the member's card.
member_data: everything kept of one member, gathered.
member_data_file: the same to hand over, for a program or a person.
member_data_lines: the same line by line in words.
page: fonts, fitting text, millimetres.
receipt_slip: the customer's slip.
shift_slip: the shift sheet, to be signed.
slip: thermal paper, line under line.
"""
