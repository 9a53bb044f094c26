"""Reports: figures defined once, on a sheet.

audit_trail: the trail, read by the owner.
day_totals: the whole shop's day, from the other register.
enrolment: who brings new members.
exceptions: what an owner looks at twice.
month_figures: the month's figures, each defined once.
month_workbook: the month as a workbook, with the tie-out.
promotion_figures: what promotions gave by themselves.
supplier_claims: what suppliers owe.
supplier_sheet: a sheet a supplier.
trail_names: what the trail's entries say.
trail_ways: the ways to entries about one thing.
workbook: one hand for every workbook.
"""
